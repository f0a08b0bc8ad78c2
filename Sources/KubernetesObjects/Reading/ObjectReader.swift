import ConfigurationReading
import IncidentModel
import TextReading

/// Reads API objects as `kubectl get -o json` or `-o yaml`, the API server and dumps give them: single objects, lists,
/// lists in lists, several documents in one file.
package struct ObjectReader: Sendable {
  package var limits: ReadLimits

  package init(limits: ReadLimits = ReadLimits()) { self.limits = limits }

  /// Adds everything in a file to a snapshot.
  /// - Parameter hint: the kind that objects without one have, where the file's name tells.
  /// - Throws: `DatasetError` with the place, for what is neither JSON nor YAML or beyond a limit.
  @discardableResult
  package func read(
    _ file: FileBytes, hint: ObjectKind? = nil, into snapshot: inout ClusterSnapshot
  ) throws -> ListMetadata {
    try read(json: try json(file), hint: hint, into: &snapshot)
  }

  private func read(
    json file: FileBytes, hint: ObjectKind?, into snapshot: inout ClusterSnapshot
  ) throws -> ListMetadata {
    var scanner = try ObjectScanner(file, limits: limits)
    scanner.notes = snapshot.notes
    let metadata = try scanner.documents(hint: hint, into: &snapshot)
    scanner.notes.duplicateCount = snapshot.notes.duplicateCount
    snapshot.notes = scanner.notes
    snapshot.note(time: scanner.newestTime)
    return metadata
  }

  /// The same file, or the JSON that its YAML stands for.
  private func json(_ file: FileBytes) throws -> FileBytes {
    let isJSON = file.withBytes { bytes in
      let first = bytes.first { $0 > 32 && $0 != 0xef && $0 != 0xbb && $0 != 0xbf }
      return first == nil || first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
    if isJSON { return file }
    if let place = file.withBytes({ firstInvalidUTF8($0) }) { throw file.error(at: place, "these bytes are not UTF-8") }
    let text = file.withBytes { String(decoding: $0, as: UTF8.self) }
    let bytes = try YAMLDocuments<DatasetError>.json(text, file: file.name)
    return FileBytes(name: file.name, bytes: bytes)
  }

  /// One line of a watch: `{"type": "MODIFIED", "object": {…}}`.
  /// - Parameter hint: the kind that is watched.
  package func watchEvent(_ line: FileBytes, hint: ObjectKind? = nil) throws -> WatchEvent {
    try WatchEvent(line, hint: hint, limits: limits)
  }
}
