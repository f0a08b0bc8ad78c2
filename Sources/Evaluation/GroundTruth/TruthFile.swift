import Foundation
import Telemetry
import TextReading

/// Reads a file that holds an answer: small, plain or compressed, and inside its folder.
enum TruthFile {
  static func read(_ name: String, in folder: String) throws -> FileBytes {
    var limits = ReadLimits()
    limits.maximumFileBytes = 16 << 20
    limits.maximumExpandedBytes = 16 << 20
    var source = ByteSource(folder: try DatasetFolder(folder), limits: limits)
    guard let file = try source.readIfPresent(name) else {
      throw DatasetError(
        file: source.folder.shown(name), message: "there is no such file, so that no cause is known to score against")
    }
    return file
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from name: String, in folder: String) throws -> Value {
    let file = try read(name, in: folder)
    do {
      return try JSONDecoder().decode(type, from: file.withBytes { Data($0) })
    } catch let error as DecodingError {
      throw DatasetError(file: file.name, message: "not the JSON that this format has here: \(explanation(of: error))")
    }
  }

  private static func explanation(of error: DecodingError) -> String {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
    case .keyNotFound(let key, let found):
      return "“\((found.codingPath + [key]).map(\.stringValue).joined(separator: "."))” is missing"
    @unknown default: return "it cannot be decoded"
    }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return (path.isEmpty ? "" : "“\(path)”: ") + context.debugDescription
  }
}
