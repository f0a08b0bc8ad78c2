import Foundation
import HTTPTransport

/// Why a configured model cannot be used, and what to do about it.
package struct ModelSetupError: Error, Hashable, Sendable {
  package var message: String
  package var hint: String
}

/// Makes models from their settings: fetches keys and certificates, which no other place does.
package struct ModelSetup: Sendable {
  private static let maximumKeyBytes = 8 << 10
  private static let maximumAuthoritiesBytes = 4 << 20

  private let configuration: ModelConfiguration
  private let environment: @Sendable (String) -> String?
  private let timing: Timing

  /// - Parameter environment: the value of an environment variable.
  package init(
    _ configuration: ModelConfiguration, timing: Timing, environment: @escaping @Sendable (String) -> String?
  ) {
    self.configuration = configuration
    self.timing = timing
    self.environment = environment
  }

  /// The models of a run: the named one, with its fallbacks below it.
  /// - Throws: `ModelSetupError`.
  package func session(_ name: String, recording: Recording? = nil) throws(ModelSetupError) -> ModelSession {
    let ladder = try settings(name)
    var rungs: [ModelRung] = []
    for model in ladder { rungs.append(ModelRung(try endpoint(model), price: model.price)) }
    return ModelSession(rungs, budget: configuration.budget, recording: recording, timing: timing)
  }

  /// One model alone, that says in its errors what the server said.
  /// - Throws: `ModelSetupError`.
  package func modelToCheck(_ name: String) throws(ModelSetupError) -> Endpoint {
    try endpoint(try settings(name)[0], quotesServer: true)
  }

  private func settings(_ name: String) throws(ModelSetupError) -> [ModelSettings] {
    if let ladder = configuration.ladder(from: name), !ladder.isEmpty { return ladder }
    let known = configuration.models.map(\.name).joined(separator: ", ")
    throw ModelSetupError(
      message: "there is no model \(name)",
      hint: known.isEmpty
        ? "\(ModelConfiguration.fileName) in the project folder names models; docs/models.md shows how"
        : "known are \(known)")
  }

  private func endpoint(_ model: ModelSettings, quotesServer: Bool = false) throws(ModelSetupError) -> Endpoint {
    Endpoint(
      model, key: try key(model), authorities: try authorities(model), timing: timing, quotesServer: quotesServer)
  }

  private func key(_ model: ModelSettings) throws(ModelSetupError) -> String? {
    let text: String
    let place: String
    switch model.key {
    case nil: return nil
    case .environment(let name):
      place = "the environment variable \(name)"
      guard let value = environment(name), !value.isEmpty else {
        throw ModelSetupError(
          message: "the model \(model.name) has no key: \(place) is not set",
          hint: "set it in the shell or the service that runs tocsin")
      }
      text = value
    case .file(let file):
      place = "the file \(file)"
      guard let bytes = Self.contents(of: file, limit: Self.maximumKeyBytes) else {
        throw ModelSetupError(
          message: "the model \(model.name) has no key: \(place) cannot be read, or is too large for a key",
          hint: "write the key alone into it, and let only the user that runs tocsin read it")
      }
      text = String(decoding: bytes, as: UTF8.self)
    }
    let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !key.isEmpty, key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw ModelSetupError(
        message: "the key of the model \(model.name) cannot be one: \(place) is empty or holds more than one word",
        hint: "put the key alone there")
    }
    return key
  }

  private func authorities(_ model: ModelSettings) throws(ModelSetupError) -> [UInt8]? {
    guard let file = model.authoritiesFile else { return nil }
    guard let bytes = Self.contents(of: file, limit: Self.maximumAuthoritiesBytes), !bytes.isEmpty else {
      throw ModelSetupError(
        message: "the certificates of the model \(model.name) cannot be read from \(file)",
        hint: "authoritiesFile names a file with certificates in PEM")
    }
    return bytes
  }

  private static func contents(of file: String, limit: Int) -> [UInt8]? {
    guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
    defer { try? handle.close() }
    guard let bytes = try? handle.read(upToCount: limit + 1) ?? Data(), bytes.count <= limit else { return nil }
    return [UInt8](bytes)
  }
}
