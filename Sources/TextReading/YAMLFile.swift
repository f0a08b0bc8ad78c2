import ConfigurationReading
import IncidentModel

extension FileBytes {
  /// Larger YAML is refused: here it is written by hand or describes a topology.
  private static let maximumYAMLBytes = 64 << 20

  /// The YAML mapping that a whole file has to be.
  ///
  /// - Throws: `DatasetError` for what is not YAML, not UTF-8, or not a mapping with these keys.
  package func mapping(_ keys: KeyTable) throws(DatasetError) -> StrictMapping<DatasetError> {
    guard count <= Self.maximumYAMLBytes else {
      throw DatasetError(file: name, message: "the file has more than \(Self.maximumYAMLBytes) bytes")
    }
    if let place = withBytes(firstInvalidUTF8) { throw error(at: place, "these bytes are not UTF-8") }
    let text = withBytes { String(decoding: $0, as: UTF8.self) }
    return try StrictValue(yaml: text, file: name).mapping(keys)
  }
}

extension StrictValue {
  /// RFC 3339, or Unix seconds.
  package func timestamp() throws(Problem) -> Timestamp {
    let text = try text()
    var clock = ClockText()
    guard let nanoseconds = withUTF8Bytes(text, { clock.nanoseconds($0) }) else {
      throw problem("this must be a time (2026-03-01T03:12:40Z or Unix seconds), not “\(text.prefix(40))”")
    }
    return Timestamp(nanoseconds: nanoseconds)
  }
}
