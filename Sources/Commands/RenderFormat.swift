import ArgumentParser
import Foundation
import IncidentModel
import Reporting

/// The forms in which one incident's report can be had.
enum RenderFormat: String, ExpressibleByArgument, CaseIterable {
  case terminal, markdown, html, json

  func render(_ snapshot: BlackboardSnapshot, explain: Bool, color: Bool) throws -> String {
    switch self {
    case .terminal:
      var options = TerminalReport.Options()
      options.usesColor = color
      options.explain = explain
      return TerminalReport(snapshot, options: options).text
    case .markdown: return MarkdownReport(snapshot).text
    case .html: return HTMLReport(snapshot).html
    case .json: return try IncidentReport(snapshot).json()
    }
  }
}

/// Where a result goes.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How to show it: terminal, markdown, html or json.", valueName: "format"))
  var format: RenderFormat = .terminal

  @Option(help: ArgumentHelp("Write it to a file instead of standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "In the terminal form: all evidence, every critic's test and the timeline.")
  var explain = false

  func write(_ snapshot: BlackboardSnapshot, console: Console) throws {
    let text = try format.render(snapshot, explain: explain, color: console.usesColor && output == nil)
    try console.write(text, to: output)
  }
}

extension Console {
  /// To a file as a whole or not at all, else to standard output.
  func write(_ text: String, to file: String?) throws {
    guard let file else {
      result(text)
      return
    }
    do {
      try Data((text.hasSuffix("\n") ? text : text + "\n").utf8).write(
        to: URL(fileURLWithPath: file), options: .atomic)
      note("written to \(file)")
    } catch {
      throw CommandFailure(.usage, "cannot write \(file)", hint: "is its folder there, and may you write to it?")
    }
  }
}
