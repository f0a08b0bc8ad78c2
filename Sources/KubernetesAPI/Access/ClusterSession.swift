import Foundation
import HTTPTransport

/// The connection to one API server and who we are there at this moment.
package actor ClusterSession {
  package nonisolated let access: ClusterAccess
  private let nowUnixSeconds: @Sendable () -> Double
  private var client: HTTPClient
  /// What the plugin said last, while it holds.
  private var issued: ExecPlugin.Credentials?
  /// The plugin, while it runs: everybody waits for the same answer.
  private var running: Task<ExecPlugin.Credentials, any Error>?

  package init(
    _ access: ClusterAccess,
    nowUnixSeconds: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.access = access
    self.nowUnixSeconds = nowUnixSeconds
    client = HTTPClient(access.settings)
  }

  /// A client with the right certificate, and the token for one request.
  /// - Throws: `KubernetesAPIError` when there are no credentials to be had.
  func current() async throws -> (client: HTTPClient, token: String?) {
    switch access.credential {
    case .none: return (client, nil)
    case .token(let token): return (client, token)
    case .tokenFile(let file):
      let token = FileManager.default.contents(atPath: file)
        .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
      guard let token, !token.isEmpty else {
        throw KubernetesAPIError(.credential, access.server, detail: "the token file \(file) cannot be read")
      }
      return (client, token)
    case .plugin(let plugin):
      if let issued, issued.expiresAt.map({ $0 > nowUnixSeconds() + 10 }) ?? true { return (client, issued.token) }
      let credentials = try await ask(plugin)
      return (client, credentials.token)
    }
  }

  private func ask(_ plugin: ExecPlugin) async throws -> ExecPlugin.Credentials {
    if let running { return try await running.value }
    let task = Task { [access] in try await plugin.run(for: access) }
    running = task
    defer { running = nil }
    let credentials = try await task.value
    if let certificate = credentials.certificate, let key = credentials.key {
      var settings = access.settings
      settings.identity = HTTPSettings.ClientIdentity(certificate: certificate, key: key)
      client = HTTPClient(settings)
    }
    issued = credentials
    return credentials
  }

  /// The API answered 401. Whether asking the plugin again may help.
  func wasRefused() -> Bool {
    guard case .plugin = access.credential, issued != nil else { return false }
    issued = nil
    return true
  }
}
