import Foundation
import Runbooks

/// Finds secrets by the names that the guardrails give them, and takes them out of what is shown.
struct SecretStore {
  var references: [Guardrails.SecretReference]
  var environment: [String: String]

  /// - Throws: `DeskError` for a secret that is not declared, not there or empty; never with its value.
  func value(_ name: String) throws(DeskError) -> String {
    guard let reference = references.first(where: { $0.name == name }) else {
      throw DeskError(.unknown, "guardrails.yaml declares no secret “\(name)”")
    }
    let value: String?
    switch reference.place {
    case .variable(let variable): value = environment[variable]
    case .file(let path):
      value = (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let value, !value.isEmpty else {
      throw DeskError(.unavailable, "the secret “\(name)” cannot be read where guardrails.yaml says it is")
    }
    return value
  }

  /// Without the end of a secret whose beginning was cut off.
  static func withoutRemainder(_ text: String, _ secrets: [String]) -> String {
    let ends = secrets.flatMap { secret in secret.indices.dropFirst().map { secret[$0...] } }.filter(text.hasPrefix)
    return String(text.dropFirst(ends.map(\.count).max() ?? 0))
  }

  static func masked(_ text: String, _ secrets: [String]) -> String {
    // The longest first, so that a secret inside another is not what is left of it.
    secrets.filter { !$0.isEmpty }.sorted { $1.utf8.count < $0.utf8.count }
      .reduce(text) { $0.replacing($1, with: "•••") }
  }
}
