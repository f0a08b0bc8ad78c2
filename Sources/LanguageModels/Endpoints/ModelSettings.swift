/// How one model is reached, and what it may take: an entry under `models:` of the configuration.
package struct ModelSettings: Hashable, Sendable {
  /// Where a key comes from: never from the configuration itself.
  package enum KeySource: Hashable, Sendable {
    case environment(String)
    case file(String)
  }

  package var name: String
  package var interface: ChatInterfaceKind
  /// Up to where the interface's own paths begin, as `https://host/v1`; without a slash at the end.
  package var baseURL: String
  /// As the server calls the model.
  package var modelID: String
  package var contextTokens: Int
  package var price = TokenPrice.free
  package var maximumOutputTokens = 4_000
  package var deadlineSeconds = 120.0
  package var maximumResponseBytes = 4 << 20
  package var streams = false
  package var proxy: String?
  /// Certificates in PEM; nil for the system's.
  package var authoritiesFile: String?
  package var key: KeySource?
  /// Asked where this one gives no answer.
  package var fallback: String?

  package init(
    name: String, interface: ChatInterfaceKind, baseURL: String, modelID: String, contextTokens: Int = 32_000
  ) {
    self.name = name
    self.interface = interface
    self.baseURL = baseURL
    self.modelID = modelID
    self.contextTokens = contextTokens
  }
}
