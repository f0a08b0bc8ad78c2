import Foundation
import IncidentModel

/// Reads whole files of one dataset folder and remembers what was read, for `TelemetryWindow.inputDigest`.
package struct ByteSource: Sendable {
  package let folder: DatasetFolder
  package let limits: ReadLimits
  /// Digest by the file's name inside the folder.
  private var digests: [String: String] = [:]

  package init(folder: DatasetFolder, limits: ReadLimits = ReadLimits()) {
    self.folder = folder
    self.limits = limits
  }

  /// A file, plain or compressed: `metrics.csv` also finds `metrics.csv.gz`; what is compressed its first bytes tell.
  ///
  /// - Throws: `DatasetError` when the file is missing, is not a regular file, leads out of the folder, cannot be
  ///   read, is damaged, or is beyond a limit.
  package mutating func read(_ relative: String) throws -> FileBytes {
    guard let file = try readIfPresent(relative) else {
      throw DatasetError(file: folder.shown(relative), message: "there is no such file")
    }
    return file
  }

  /// Like `read`, with nil for a file that is not there.
  package mutating func readIfPresent(_ relative: String) throws -> FileBytes? {
    let compressed = relative + ".gz"
    switch (try folder.resolve(relative), try folder.resolve(compressed)) {
    case (nil, nil): return nil
    case (let path?, nil): return try load(path, as: relative)
    case (nil, let path?): return try load(path, as: compressed)
    case (_?, _?):
      throw DatasetError(
        file: folder.shown(compressed), message: "\(relative) lies beside it; keep one of the two")
    }
  }

  /// Counts a file that was read earlier, and kept, among those this window was made from.
  package mutating func include(_ file: FileBytes) { include(file.relativePath, digest: file.digest) }

  /// The same for a file of which only the digest was kept.
  package mutating func include(_ relative: String, digest: String) { digests[relative] = digest }

  /// `sha256:<hex>` over names and digests of the files that were read, in the order of their names.
  package var inputDigest: String {
    var digest = ContentDigest()
    for (name, fileDigest) in digests.sorted(by: { $0.key < $1.key }) {
      digest.update(name)
      digest.update(fileDigest)
    }
    return digest.finalize()
  }

  private mutating func load(_ path: String, as relative: String) throws -> FileBytes {
    let raw = try contents(of: path, as: relative)
    let bytes = UnsafeRawBufferPointer(start: raw.memory, count: raw.count)
    var digest = ContentDigest()
    digest.update(bytes)
    let text = digest.finalize()
    digests[relative] = text
    let name = folder.shown(relative)
    guard GzipExpansion.isGzip(bytes) else {
      return FileBytes(name: name, relativePath: relative, digest: text, memory: raw.memory, count: raw.count)
    }
    defer { raw.memory.deallocate() }
    do {
      let expanded = try GzipExpansion(maximumBytes: limits.maximumExpandedBytes).expand(bytes)
      return FileBytes(
        name: name, relativePath: relative, digest: text, memory: expanded.memory, count: expanded.count)
    } catch {
      throw DatasetError(file: name, message: describe(error))
    }
  }

  private func describe(_ failure: GzipExpansion.Failure) -> String {
    switch failure {
    case .truncated: "the compressed data ends too early; the file was cut off, copy it again"
    case .tooLarge:
      "the file expands beyond the limit of \(limits.maximumExpandedBytes) bytes (maximumExpandedBytes)"
    case .damaged(let reason): "the compressed data is damaged (\(reason)); copy the file again"
    }
  }

  private func contents(of path: String, as relative: String) throws -> (memory: UnsafeMutableRawPointer, count: Int) {
    func failure(_ message: String) -> DatasetError { DatasetError(file: folder.shown(relative), message: message) }
    // Without waiting: opening a named pipe would otherwise block for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("the file cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure("this is not a regular file; it is not read")
    }
    let size = Int(status.st_size)
    guard size <= limits.maximumFileBytes else {
      throw failure("the file has \(size) bytes, above the limit of \(limits.maximumFileBytes) (maximumFileBytes)")
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
    var count = 0
    while count < size {
      let got = Foundation.read(descriptor, memory + count, min(size - count, 1 << 30))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        memory.deallocate()
        throw failure("the file cannot be read: \(String(cString: strerror(errno)))")
      }
      if got == 0 { break }
      count += got
    }
    return (memory, count)
  }
}
