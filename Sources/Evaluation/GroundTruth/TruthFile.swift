import Foundation
import Telemetry

/// The bytes of a file that holds an answer: small, so read whole.
enum TruthFile {
  static let maximumBytes = 16 << 20

  static func bytes(_ path: String) throws -> Data {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(file: path, message: "the file that states the known cause cannot be read")
    }
    guard data.count <= maximumBytes else {
      throw DatasetError(file: path, message: "the file is \(data.count) bytes long; at most \(maximumBytes) are read")
    }
    return data
  }

  static func text(_ path: String) throws -> String {
    guard let text = String(bytes: try bytes(path), encoding: .utf8) else {
      throw DatasetError(file: path, message: "the file is not UTF-8 text")
    }
    return text
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
    let data = try bytes(path)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw DatasetError(file: path, message: "not the JSON that this format has here: \(explanation(of: error))")
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
