import ArgumentParser
import Foundation
import IncidentModel
import SignalDetection
import Telemetry
import TextReading

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Find anomalies in one series, causally: each point is judged by what came before it.",
    discussion: """
      FILE is CSV with the columns timestamp and value. As CSV each row comes back with a score from 0 to 1; the terminal \
      form lists the points that surprise most.

      With --alarms-per-day the score says how often a healthy series like this one would surprise as much: 0.5 or more \
      is within the budget of false alarms. One budget serves all series, whatever their sampling rate. The first day \
      is for learning and never alarms.

      tocsin detect cpu.csv
      tocsin detect cpu.csv --format csv > scores.csv
      tocsin detect cpu.csv --alarms-per-day 0.14
      """)

  @Argument(help: ArgumentHelp("The series.", valueName: "file.csv")) var file: String
  @Option(help: "How to show it: terminal or csv.") var format: Format = .terminal
  @Option(help: ArgumentHelp("In the terminal form, how many points to list.", valueName: "count")) var limit = 20
  @Option(help: ArgumentHelp("How many false alarms a day to put up with; 0.14 is one a week.", valueName: "budget"))
  var alarmsPerDay: Double?
  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, csv }

  func validate() throws {
    guard let alarmsPerDay else { return }
    guard alarmsPerDay.isFinite, alarmsPerDay > 0 else {
      throw ValidationError("--alarms-per-day needs a number above 0, not \(alarmsPerDay)")
    }
  }

  func run() throws {
    let rows = try Self.read(file, needsTimes: alarmsPerDay != nil)
    var detector = StreamingNovelty()
    var budget = alarmsPerDay.map { AlarmBudget(alarmsPerDay: $0) }
    let points = rows.map { row -> Point in
      let reading = detector.observe(row.value)
      let judgement =
        row.value.isFinite ? row.moment.flatMap { budget?.judge(reading, at: $0) } : nil
      return Point(row: row, reading: reading, judgement: judgement)
    }
    switch format {
    case .csv:
      var text = "timestamp,value,anomaly_score\n"
      for point in points {
        let score = budget == nil ? point.reading.score : point.judgement?.score ?? 0
        text += "\(point.row.time),\(point.row.valueText),\(score)\n"
      }
      global.console.result(text)
    case .terminal: global.console.result(summary(points))
    }
  }

  private struct Point {
    var row: Row
    var reading: StreamingNovelty.Reading
    /// Nil without a budget, and of a gap.
    var judgement: AlarmBudget.Judgement?

    var isUnusual: Bool { reading.heldNats >= 7.8 }
  }

  struct Row {
    var time: String
    /// Read where it is needed.
    var moment: Timestamp?
    var value: Double
    /// As it was written.
    var valueText: String
  }

  private static func read(_ path: String, needsTimes: Bool) throws -> [Row] {
    let url = URL(fileURLWithPath: path)
    var source = ByteSource(folder: try DatasetFolder(url.deletingLastPathComponent().path))
    var reader = DelimitedReader(try source.read(url.lastPathComponent))
    guard try reader.nextRow() else { throw DatasetError(file: path, line: 1, message: "the file is empty") }
    let header = (0..<reader.fieldCount).map { reader.text($0) }
    guard let time = header.firstIndex(of: "timestamp"), let value = header.firstIndex(of: "value") else {
      throw DatasetError(
        file: path, line: 1, message: "the header needs the columns timestamp and value, not \(header)")
    }
    var clock = ClockText()
    var rows: [Row] = []
    while try reader.nextRow() {
      try reader.requireFieldCount(header.count)
      let text = reader.text(value)
      let isGap = text.isEmpty || text.lowercased() == "nan"
      guard let number = isGap ? .nan : Double(text) else { throw reader.error(field: value, "\(text) is no number") }
      let moment = needsTimes ? clock.nanoseconds(reader[time]).map(Timestamp.init(nanoseconds:)) : nil
      if needsTimes, moment == nil {
        throw reader.error(
          field: time, "\(reader.text(time)) is no time; an alarm budget needs RFC 3339 or Unix seconds")
      }
      rows.append(Row(time: reader.text(time), moment: moment, value: number, valueText: text))
    }
    return rows
  }

  private func summary(_ points: [Point]) -> String {
    let found = points.indices.filter {
      points[$0].judgement?.isAlarm ?? (alarmsPerDay == nil && points[$0].isUnusual)
    }
    .sorted { (points[$1].reading.heldNats, $0) < (points[$0].reading.heldNats, $1) }
    let what =
      alarmsPerDay == nil
      ? "unusual" : "within the budget of \(alarmsPerDay ?? 0) false alarms a day"
    guard !found.isEmpty else { return "\(points.count) points, nothing \(what)" }
    var lines = ["\(points.count) points, \(found.count) \(what); the most surprising first"]
    for index in found.prefix(max(0, limit)) {
      let point = points[index]
      let nats = String(format: "%.1f", point.reading.heldNats)
      lines.append("  \(point.row.time)  \(point.row.valueText)  \(nats) nats  \(Self.kind(point.reading))")
    }
    return lines.joined(separator: "\n")
  }

  /// The view that was surprised most says what kind of change it is.
  private static func kind(_ reading: StreamingNovelty.Reading) -> String {
    let names = ["unusual for its context", "new level or noise", "jump", "jump", "change of noise"]
    let loudest = reading.views.indices.max { (reading.views[$0], $1) < (reading.views[$1], $0) }
    return loudest.map { names[$0] } ?? ""
  }
}
