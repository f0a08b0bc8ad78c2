import IncidentModel
import TextReading

/// Requests of OTLP's HTTP protocol in JSON, as they were pushed: checked when they come, read when they are needed.
package enum OTLPRequests {
  private static var limits: ReadLimits {
    var limits = ReadLimits()
    limits.maximumLineBytes = maximumBytes
    return limits
  }

  /// Of one request, expanded.
  package static let maximumBytes = 64 << 20

  /// A request as one line, so that many are a recording.
  /// - Throws: `DatasetError` for what is no OTLP in JSON.
  package static func line(_ body: [UInt8]) throws -> [UInt8] {
    // Between values a line end is a blank; inside texts JSON has none.
    let line = body.map { $0 == 10 || $0 == 13 ? 32 : $0 }
    let file = FileBytes(name: "body", bytes: line)
    _ = try OTLPRecording([file], limits: limits)
    return line
  }

  /// Adds what the requests hold to a window. Series, components and calls that are there already stay as they are.
  /// - Parameter window: what lies outside of it is left out.
  package static func add(_ lines: [[UInt8]], within window: TimeWindow, to assembly: inout WindowAssembly) throws {
    guard !lines.isEmpty else { return }
    let file = FileBytes(name: "pushed telemetry", bytes: Array(lines.joined(separator: [10])))
    var pushed = WindowAssembly(incident: assembly.incident)
    try OTLPRecording([file], limits: limits).add(to: &pushed)
    pushed.crop(before: window.end)
    let taken = Set(assembly.metrics.map(\.key))
    assembly.metrics += pushed.metrics.filter { !taken.contains($0.key) && !$0.rows(in: window).isEmpty }
    assembly.spans = pushed.spans
    assembly.logs = pushed.logs
    let known = Set(assembly.components.map(\.id))
    assembly.components += pushed.components.filter { !known.contains($0.id) }
    assembly.blindSpots += pushed.blindSpots
  }
}
