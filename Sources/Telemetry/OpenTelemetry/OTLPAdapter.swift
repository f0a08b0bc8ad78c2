import Foundation
import IncidentModel
import TextReading

/// Reads what the OpenTelemetry Collector's file exporter writes: a folder with files of OTLP in JSON Lines, plain or
/// compressed. Nobody says when an alert fired, so its cases are always read blind.
package struct OTLPAdapter: DatasetAdapter {
  package static let name = "otlp"
  package static let recognisedBy = "files of OTLP in JSON Lines, as the Collector's file exporter writes them"

  private static let maximumDepth = 6
  private static let maximumCaseCount = 100_000
  private static let endings = [".json", ".jsonl", ".ndjson"]
  private let folder: DatasetFolder

  package static func recognises(_ folder: String) -> Bool {
    guard let adapter = try? OTLPAdapter(folder: folder), let paths = try? adapter.casePaths(atMost: 1) else {
      return false
    }
    return !paths.isEmpty
  }

  package init(folder: String) throws { self.folder = try DatasetFolder(folder) }

  package func cases() throws -> [CaseReference] {
    let paths = try casePaths(atMost: Self.maximumCaseCount)
    guard !paths.isEmpty else {
      throw DatasetError(
        file: folder.path,
        message: "no file of OTLP in JSON Lines was found here or below; the first line begins with "
          + "{\"resourceSpans\":, {\"resourceMetrics\": or {\"resourceLogs\":")
    }
    let name = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
    return paths.map { path in
      CaseReference(
        id: path.isEmpty ? name : path, group: path.split(separator: "/").dropLast().first.map(String.init) ?? name,
        path: folder.shown(path))
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    let relative = reference.path == folder.path ? "" : String(reference.path.dropFirst(folder.path.count + 1))
    var source = ByteSource(folder: folder, limits: options.limits)
    let files = try recordings(in: relative).map { try source.read($0) }
    let recording = try OTLPRecording(files, limits: options.limits)
    guard let extent = recording.extent else {
      throw DatasetError(file: folder.shown(relative), message: "there are no spans, logs or data points here")
    }
    var assembly = WindowAssembly(
      incident: Incident(
        id: reference.id, title: "Recording \(reference.id)",
        window: TimeWindow(
          start: Timestamp(nanoseconds: extent.first),
          end: Timestamp(nanoseconds: extent.last.addingReportingOverflow(1).partialValue))))
    recording.add(to: &assembly)
    assembly.inputDigest = source.inputDigest
    return assembly.window()
  }

  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? { nil }

  private func casePaths(atMost limit: Int) throws -> [String] {
    var found: [String] = []
    func search(_ relative: String, _ depth: Int) throws {
      guard found.count < limit else { return }
      if !(try recordings(in: relative)).isEmpty { return found.append(relative) }
      guard depth < Self.maximumDepth else { return }
      for entry in try folder.entries(relative) where entry.isFolder {
        try search(join(relative, entry.name), depth + 1)
      }
    }
    try search("", 0)
    return found
  }

  /// The folder's files that begin as OTLP does, in natural order, without `.gz`.
  private func recordings(in relative: String) throws -> [String] {
    try folder.entries(relative).filter { !$0.isFolder }.compactMap { entry in
      let path = join(relative, entry.name)
      let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
      guard Self.endings.contains(where: plain.hasSuffix), let place = try? folder.resolve(path),
        Self.beginsAsOTLP(place)
      else { return nil }
      return plain
    }
  }

  /// Looks at the first bytes; of a compressed file at what they expand to.
  private static func beginsAsOTLP(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    guard let start = try? handle.read(upToCount: 4096) else { return false }
    let text = String(decoding: GzipExpansion.beginning(of: Array(start)).prefix(256), as: UTF8.self)
    let squeezed = text.filter { !$0.isWhitespace }
    return ["resourceSpans", "resourceMetrics", "resourceLogs"].contains { squeezed.hasPrefix("{\"\($0)\":") }
  }
}
