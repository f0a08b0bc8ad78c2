import ArgumentParser
import Foundation
import IncidentModel
import SignalDetection
import Telemetry
import TextReading

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Find anomalies in series, causally: each point is judged by what came before it.",
    discussion: """
      FILE is CSV with the columns timestamp and value, or a folder of recorded incidents. As CSV each row comes back \
      with a score from 0 to 1; the terminal form lists the points that surprise most.

      With --alarms-per-day the score says how often a healthy series like this one would surprise as much: 0.5 or more \
      is within the budget of false alarms. One budget serves all series, whatever their sampling rate. The first day \
      is for learning and never alarms.

      Of a folder, all series of a case are fed in the order of time, as if they arrived now: when an incident would have \
      been noticed, since when it goes on, and which series moved first.

      tocsin detect cpu.csv
      tocsin detect datasets/simulated
      tocsin detect cpu.csv --format csv > scores.csv
      tocsin detect cpu.csv --alarms-per-day 0.14
      """)

  @Argument(help: ArgumentHelp("The series, or a dataset.", valueName: "file")) var file: String
  @Option(help: "How to show it: terminal or csv.") var format: Format = .terminal
  @Option(help: ArgumentHelp("In the terminal form, how many points to list.", valueName: "count")) var limit = 20
  @Option(help: ArgumentHelp("How many false alarms a day to put up with; 0.14 is one a week.", valueName: "budget"))
  var alarmsPerDay: Double?
  @Option(help: .adapter)
  var adapter: String?
  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, csv }

  func validate() throws {
    guard let alarmsPerDay else { return }
    guard alarmsPerDay.isFinite, alarmsPerDay > 0 else {
      throw ValidationError("--alarms-per-day needs a number above 0, not \(alarmsPerDay)")
    }
  }

  func run() throws {
    if Self.isFolder(file) {
      return try IncidentListing(folder: file, adapter: adapter).show(as: format, on: global.console)
    }
    let rows = try Self.read(file, needsTimes: alarmsPerDay != nil)
    var detector = SeriesDetector(alarmsPerDay: alarmsPerDay)
    let key = MetricKey(component: "", metric: file)
    let points = rows.enumerated().map { position, row in
      let time = row.moment ?? Timestamp(nanoseconds: Int64(position))
      let point = MetricPoint(key: key, metricClass: .other, unit: "", time: time, value: row.value)
      return Point(row: row, verdict: detector.observe(point))
    }
    switch format {
    case .csv:
      var text = "timestamp,value,anomaly_score\n"
      for point in points {
        text += "\(point.row.time),\(point.row.valueText),\(point.verdict.score)\n"
      }
      global.console.result(text)
    case .terminal: global.console.result(summary(points))
    }
  }

  private struct Point {
    var row: Row
    var verdict: SeriesDetector.Verdict

    var isUnusual: Bool { verdict.reading.heldNats >= 7.8 }
  }

  struct Row {
    var time: String
    /// Read where it is needed.
    var moment: Timestamp?
    var value: Double
    /// As it was written.
    var valueText: String
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
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
      points[$0].verdict.judgement?.isAlarm ?? (alarmsPerDay == nil && points[$0].isUnusual)
    }
    .sorted { (points[$1].verdict.reading.heldNats, $0) < (points[$0].verdict.reading.heldNats, $1) }
    let what =
      alarmsPerDay == nil
      ? "unusual" : "within the budget of \(alarmsPerDay ?? 0) false alarms a day"
    guard !found.isEmpty else { return "\(points.count) points, nothing \(what)" }
    var lines = ["\(points.count) points, \(found.count) \(what); the most surprising first"]
    for index in found.prefix(max(0, limit)) {
      let point = points[index]
      let nats = String(format: "%.1f", point.verdict.reading.heldNats)
      lines.append("  \(point.row.time)  \(point.row.valueText)  \(nats) nats  \(Self.kind(point.verdict.reading))")
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
