extension GzipExpansion {
  /// What compressed bytes in memory expand to.
  /// - Throws: `DatasetError` for what is damaged, or more than the limit.
  package static func expanded(_ bytes: [UInt8], name: String, maximumBytes: Int) throws -> [UInt8] {
    do {
      return try bytes.withUnsafeBytes { input in
        let (memory, count) = try GzipExpansion(maximumBytes: maximumBytes).expand(input)
        defer { memory.deallocate() }
        return Array(UnsafeRawBufferPointer(start: memory, count: count))
      }
    } catch let error as Failure {
      let message =
        switch error {
        case .truncated: "the compressed data end in the middle"
        case .tooLarge: "it expands to more than \(maximumBytes) bytes"
        case .damaged(let detail): "the compressed data are damaged: \(detail)"
        }
      throw DatasetError(file: name, message: message)
    }
  }
}
