import CZlib
import Foundation
import IncidentModel
import TextReading

/// Writes telemetry as a case folder that `CaseFolderAdapter` reads back equal, byte for byte the same each time.
///
/// Class and unit of a series are not written: they are told by its name, so series are to be made by
/// `MetricSeries(key:times:values:)`. Identifiers of spans and what is in a trace but not in the table are not kept.
package struct CaseWriter {
  private let folder: String

  /// - Parameter folder: is made where it is missing; files of an earlier case in it are replaced.
  package init(folder: String) { self.folder = folder }

  /// - Parameter compress: whether telemetry files are gzip files; `case.yaml` and `topology.yaml` stay plain.
  /// - Parameter blindSpots: what could not be seen when the telemetry was recorded, and no reader can know.
  /// - Throws: `DatasetError` for what the format cannot hold, or when a file cannot be written.
  package func write(_ window: TelemetryWindow, compress: Bool, blindSpots: [String] = []) throws {
    try makeFolder()
    try put("case.yaml", CaseYAML.caseFile(window, blindSpots: blindSpots), compress: false)
    let topology = CaseYAML.topologyFile(window.serviceMap)
    try put("topology.yaml", topology, compress: false)
    let tables = try CaseMetricText.files(window.metrics, folder: folder)
    for number in 1...max(1, tables.count) {
      try put(
        CaseMetrics.fileName(number), tables.indices.contains(number - 1) ? tables[number - 1] : [], compress: compress)
    }
    try removeFurtherTables(after: tables.count)
    try put("spans.jsonl", CaseRecordText.spans(window.spans), compress: compress)
    try put("logs.jsonl", CaseRecordText.logs(window.logs, spans: window.spans), compress: compress)
    try put("alerts.jsonl", CaseRecordText.alerts(window.alerts), compress: compress)
    try put("changes.jsonl", CaseRecordText.changes(window.changes), compress: compress)
  }

  /// Empty contents mean that there is no such file.
  private func put(_ name: String, _ contents: [UInt8], compress: Bool) throws {
    let path = "\(folder)/\(name)"
    for old in [path, path + ".gz"] { unlink(old) }
    guard !contents.isEmpty else { return }
    if compress {
      try store(GzipWriting.compressed(contents), path + ".gz")
    } else {
      try store(contents, path)
    }
  }

  private func removeFurtherTables(after count: Int) throws {
    for number in max(2, count + 1)...CaseMetrics.maximumFileCount {
      let path = "\(folder)/\(CaseMetrics.fileName(number))"
      let removed = [path, path + ".gz"].filter { (name: String) in unlink(name) == 0 }
      if removed.isEmpty { return }
    }
  }

  private func store(_ bytes: [UInt8], _ path: String) throws {
    guard let file = fopen(path, "wb") else { throw failure(path) }
    let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, written == bytes.count else { throw failure(path) }
  }

  private func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw failure(folder)
    }
  }

  private func failure(_ path: String) -> DatasetError {
    DatasetError(file: path, message: "this cannot be written: \(String(cString: strerror(errno)))")
  }
}

/// Makes gzip members without a time or a name, so that equal input gives equal bytes.
package enum GzipWriting {
  package static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    guard tocsin_deflate_init(&stream, 6) == Z_OK else {
      throw DatasetError(file: "", message: "the compressor cannot start")
    }
    defer { deflateEnd(&stream) }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    bytes.withUnsafeBytes { input in
      var position = 0
      var status = Z_OK
      while status == Z_OK {
        let count = min(input.count - position, 1 << 30)
        stream.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress.map { ($0 + position).assumingMemoryBound(to: UInt8.self) })
        stream.avail_in = UInt32(count)
        piece.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = deflate(&stream, position + count == input.count ? Z_FINISH : Z_NO_FLUSH)
        }
        position += count - Int(stream.avail_in)
        output.append(contentsOf: piece[..<(piece.count - Int(stream.avail_out))])
      }
    }
    return output
  }
}
