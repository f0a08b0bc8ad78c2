import ArgumentParser
import Foundation
import IncidentModel
import SignalDetection

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Find the statements that wrote a log: templates with typed slots, counts and rates.",
    discussion: """
      FILE is plain text, one record a line; - is standard input. Several files are read as one log. As CSV each line \
      comes back with its template; the terminal form lists the most frequent templates. The id of a template is made \
      from its constant words, so that a statement has the same id in every log.

      tocsin logs /var/log/syslog
      kubectl logs pod/cart-5d | tocsin logs - --format csv > lines.csv
      """)

  @Argument(help: ArgumentHelp("The logs, or - for standard input.", valueName: "file")) var files: [String]
  @Option(help: "How to show it: terminal, csv or json.") var format: Format = .terminal
  @Option(help: ArgumentHelp("In the terminal form, how many templates to list.", valueName: "count")) var limit = 40
  @OptionGroup var global: GlobalOptions

  enum Format: String, ExpressibleByArgument, CaseIterable { case terminal, csv, json }

  func run() throws {
    let console = global.console
    var log = MinedLog()
    for file in files { try Self.read(file, into: &log, console: console) }
    log.finish()
    switch format {
    case .terminal: console.result(summary(log))
    case .csv: Self.writeRows(log, console)
    case .json: console.result(try Self.json(log))
    }
  }

  private static func read(_ file: String, into log: inout MinedLog, console: Console) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue {
      throw CommandFailure(.badInput, "\(file) is a folder", hint: "name the files in it")
    }
    let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
    guard let handle else {
      throw CommandFailure(.badInput, "cannot read \(file)", hint: "is it there, and may you read it?")
    }
    defer { if file != "-" { try? handle.close() } }
    let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    let progress = size > 64 << 20 ? ProgressLine("reading \(file), MiB", console: console) : nil
    var done = 0
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        piece.withUnsafeBytes { log.read($0.bindMemory(to: UInt8.self)) }
        done += piece.count
        progress?.show(done: min(done, size) >> 20, total: size >> 20)
        try Task.checkCancellation()
      }
    } catch let failure as CancellationError {
      throw failure
    } catch {
      throw CommandFailure(.badInput, "cannot read \(file): \(error.localizedDescription)")
    }
    progress?.finish()
  }

  // MARK: - Forms

  private static func writeRows(_ log: MinedLog, _ console: Console) {
    var fields: [LogTemplateID: String] = [:]
    for template in log.templates { fields[template.id] = ",\(template.name),\(quoted(template.text))\n" }
    var text = "line,template_id,template\n"
    for (index, id) in log.templateOfLine.enumerated() {
      text += "\(index + 1)"
      text += fields[id] ?? ",,<*>\n"
      if text.utf8.count > 1 << 20 {
        console.result(text)
        text = ""
      }
    }
    if !text.isEmpty { console.result(text) }
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
    return needsQuotes ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
  }

  private struct Summary: Encodable {
    struct Row: Encodable {
      var id: String
      var template: String
      var count: Int
      var share: Double
      var perMinute: Double?
    }
    var lines: Int
    var durationSeconds: Double?
    var templates: [Row]
  }

  private static func rows(_ log: MinedLog) -> [Summary.Row] {
    let minutes = log.durationSeconds.map { $0 / 60 }
    return log.templates.sorted { ($1.count, $0.id) < ($0.count, $1.id) }.map { template in
      Summary.Row(
        id: template.name, template: template.text, count: template.count,
        share: (Double(template.count) / Double(max(1, log.lineCount))).roundedToSignificantDigits(4),
        perMinute: minutes.map { (Double(template.count) / $0).roundedToSignificantDigits(4) })
    }
  }

  private static func json(_ log: MinedLog) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    let summary = Summary(lines: log.lineCount, durationSeconds: log.durationSeconds, templates: rows(log))
    return String(decoding: try encoder.encode(summary), as: UTF8.self)
  }

  private func summary(_ log: MinedLog) -> String {
    let rows = Self.rows(log)
    guard !rows.isEmpty else { return "no lines" }
    var heading = "\(log.lineCount) lines, \(rows.count) templates"
    if let seconds = log.durationSeconds { heading += ", over \(Self.duration(seconds))" }
    let hasRates = log.durationSeconds != nil
    var lines = [
      heading, "   lines   share  \(hasRates ? "per minute  " : "")           id  template",
    ]
    for row in rows.prefix(max(0, limit)) {
      var line = String(format: "%8d  %5.1f%%  ", row.count, row.share * 100)
      if let rate = row.perMinute { line += String(format: rate < 10 ? "%10.2f  " : "%10.0f  ", rate) }
      let id = String(repeating: " ", count: max(0, 13 - row.id.count)) + row.id
      lines.append(line + id + "  " + Self.printable(row.template))
    }
    if rows.count > max(0, limit) {
      let rest = rows.dropFirst(max(0, limit))
      let restLines = rest.reduce(0) { $0 + $1.count }
      lines.append("and \(rest.count) more with \(restLines) lines; --limit \(rows.count) lists them all")
    }
    return lines.joined(separator: "\n")
  }

  /// Without control characters, which a log may hold and a terminal would obey.
  private static func printable(_ text: String) -> String {
    let kept = text.unicodeScalars.prefix(300).map { $0.properties.generalCategory == .control ? " " : $0 }
    return String(String.UnicodeScalarView(kept)) + (text.unicodeScalars.count > 300 ? "…" : "")
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: String(format: "%.0f s", seconds)
    case ..<7200: String(format: "%.0f min", seconds / 60)
    case ..<172_800: String(format: "%.1f h", seconds / 3600)
    default: String(format: "%.1f days", seconds / 86_400)
    }
  }
}
