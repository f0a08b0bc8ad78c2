import ArgumentParser
import Foundation
import SignalDetection
import Telemetry

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Find anomalies in one series, causally: each point is judged by what came before it.",
    discussion: """
      FILE is CSV with the columns timestamp and value. As CSV each row comes back with a score from 0 to 1; the terminal \
      form lists the points that surprise most within the alarm budget.

      tocsin detect cpu.csv
      tocsin detect cpu.csv --format csv > scores.csv
      """)

  @Argument(help: ArgumentHelp("The series.", valueName: "file.csv")) var file: String
  @Option(help: "How to show it: terminal or csv.") var format: Format = .terminal
  @Option(help: ArgumentHelp("In the terminal form, how many points to list.", valueName: "count")) var limit = 20
  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, csv }

  func run() throws {
    let rows = try Self.read(file)
    var detector = StreamingNovelty()
    let readings = rows.map { detector.observe($0.value) }
    switch format {
    case .csv:
      var text = "timestamp,value,anomaly_score\n"
      for (row, reading) in zip(rows, readings) { text += "\(row.time),\(row.valueText),\(reading.score)\n" }
      global.console.result(text)
    case .terminal: global.console.result(summary(rows, readings))
    }
  }

  struct Row {
    var time: String
    var value: Double
    /// As it was written.
    var valueText: String
  }

  private static func read(_ path: String) throws -> [Row] {
    let url = URL(fileURLWithPath: path)
    var source = ByteSource(folder: try DatasetFolder(url.deletingLastPathComponent().path))
    var reader = DelimitedReader(try source.read(url.lastPathComponent))
    guard try reader.nextRow() else { throw DatasetError(file: path, line: 1, message: "the file is empty") }
    let header = (0..<reader.fieldCount).map { reader.text($0) }
    guard let time = header.firstIndex(of: "timestamp"), let value = header.firstIndex(of: "value") else {
      throw DatasetError(
        file: path, line: 1, message: "the header needs the columns timestamp and value, not \(header)")
    }
    var rows: [Row] = []
    while try reader.nextRow() {
      try reader.requireFieldCount(header.count)
      let text = reader.text(value)
      let isGap = text.isEmpty || text.lowercased() == "nan"
      guard let number = isGap ? .nan : Double(text) else { throw reader.error(field: value, "\(text) is no number") }
      rows.append(Row(time: reader.text(time), value: number, valueText: text))
    }
    return rows
  }

  private func summary(_ rows: [Row], _ readings: [StreamingNovelty.Reading]) -> String {
    let found = readings.indices.filter { readings[$0].heldNats >= 7.8 }
      .sorted { (readings[$1].heldNats, $0) < (readings[$0].heldNats, $1) }
    guard !found.isEmpty else { return "\(rows.count) points, nothing unusual" }
    var lines = ["\(rows.count) points, \(found.count) unusual; the most surprising first"]
    for index in found.prefix(max(0, limit)) {
      let nats = String(format: "%.1f", readings[index].heldNats)
      lines.append("  \(rows[index].time)  \(rows[index].valueText)  \(nats) nats  \(Self.kind(readings[index]))")
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
