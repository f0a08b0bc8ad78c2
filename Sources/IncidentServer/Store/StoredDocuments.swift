import Foundation
import GRDB
import IncidentModel

/// Values as the store's `document` columns hold them: JSON with sorted keys.
enum StoredDocument {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ type: Value.Type = Value.self, _ text: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StoreFailure(.damaged, "a document in the store cannot be read: \(error)")
    }
  }
}

extension Row {
  /// A column's value of the expected type; the library's own subscript would stop the program over a damaged file.
  func value<Value: DatabaseValueConvertible>(_ name: String) throws -> Value {
    let stored: DatabaseValue? = self[name]
    guard let stored, let value = Value.fromDatabaseValue(stored) else {
      throw StoreFailure(.damaged, "a row of the store has no proper \(name)")
    }
    return value
  }
}
