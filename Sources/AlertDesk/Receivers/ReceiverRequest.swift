import Foundation
import IncidentModel
import TextReading

/// What has to be done so that one integration of a receiver hears of a notification: a value that somebody else carries
/// out. Addresses and headers may be secret, so that it is never printed whole.
package struct ReceiverRequest: Hashable, Sendable {
  package struct Header: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package enum Destination: Hashable, Sendable {
    /// A POST to this address.
    case web(url: String)
    /// A line at the end of this file.
    case file(path: String)
  }

  package var destination: Destination
  package var headers: [Header] = []
  package var body: [UInt8]
}

extension ReceiverRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Without anything that could be secret: of an address the host alone.
  package var description: String {
    switch destination {
    case .web(let url): "POST to \(URL(string: url)?.host ?? "an address"), \(body.count) bytes"
    case .file(let path): "a line to \(path), \(body.count) bytes"
    }
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why nothing can be sent to an integration.
package struct ReceiverProblem: Error, Hashable, CustomStringConvertible {
  package var description: String
  /// Whether it can be mended without another policy, as a file that is not there yet.
  package var isTransient = false

  package init(description: String, isTransient: Bool = false) {
    self.description = description
    self.isTransient = isTransient
  }
}

/// Makes requests for the integrations of a policy.
package struct ReceiverRequests: Sendable {
  private let global: [String: String]
  private let externalURL: String
  private let environment: @Sendable (String) -> String?

  /// - Parameters:
  ///   - externalURL: where people reach this program; it is told to receivers.
  ///   - environment: the values of the variables that a policy names.
  package init(
    _ policy: AlertmanagerConfiguration, externalURL: String,
    environment: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    global = policy.globalSettings
    self.externalURL = externalURL
    self.environment = environment
  }

  /// - Returns: nil where there is nothing to do, as for the end of a group whose incident goes on.
  /// - Throws: `ReceiverProblem` for a kind that cannot be sent to, or a secret's file that cannot be read; it does not
  ///   contain what the file holds.
  package func request(
    _ content: NotificationContent, to integration: Receiver.Integration
  ) throws(ReceiverProblem) -> ReceiverRequest? {
    let settings = integration.settings
    let key = content.idempotencyKey
    switch integration.kind {
    case "webhook_configs":
      return try web(secret("url", settings), ReceiverBodies.webhook(content, externalURL), settings, key)
    case "slack_configs":
      let url = try secret("api_url", settings, fallback: "slack_api_url")
      return try web(url, ReceiverBodies.slack(content, settings, externalURL), settings, key)
    case "mattermost_configs":
      let url = try secret("webhook_url", settings, fallback: "mattermost_webhook_url")
      return try web(url, ReceiverBodies.slack(content, settings, externalURL), settings, key)
    case "msteams_configs":
      return try web(secret("webhook_url", settings), ReceiverBodies.teamsCard(content), settings, key)
    case "msteamsv2_configs":
      return try web(secret("webhook_url", settings), ReceiverBodies.teamsAdaptiveCard(content), settings, key)
    case "pagerduty_configs":
      if !content.isFiring, content.incidentGoesOn { return nil }
      guard settings["routing_key"] != nil || settings["routing_key_file"] != nil else {
        throw ReceiverProblem(description: "pagerduty_configs: a routing_key is needed; service_key is of Events v1")
      }
      let routingKey = try secret("routing_key", settings)
      let url = settings["url"] ?? global["pagerduty_url"] ?? "https://events.pagerduty.com/v2/enqueue"
      return try web(
        url, ReceiverBodies.pagerDuty(content, settings, routingKey: routingKey, externalURL), settings, key)
    case Receiver.Integration.fileKind:
      let line = ReceiverBodies.webhook(content, externalURL).text + "\n"
      return ReceiverRequest(destination: .file(path: settings["path"] ?? ""), body: Array(line.utf8))
    default:
      throw ReceiverProblem(description: "nothing can be sent to \(integration.kind) yet")
    }
  }

  private func web(
    _ url: String, _ body: JSONValue, _ settings: [String: String], _ idempotencyKey: String
  ) throws(ReceiverProblem) -> ReceiverRequest {
    var headers = [
      ReceiverRequest.Header(name: "Content-Type", value: "application/json"),
      ReceiverRequest.Header(name: "Idempotency-Key", value: idempotencyKey),
    ]
    if let value = try authorization(settings) {
      headers.append(ReceiverRequest.Header(name: "Authorization", value: value))
    }
    return ReceiverRequest(destination: .web(url: url), headers: headers, body: Array(body.text.utf8))
  }

  private func authorization(_ settings: [String: String]) throws(ReceiverProblem) -> String? {
    let prefix = "http_config."
    if let name = try optional(prefix + "basic_auth.username", settings) {
      let password = try optional(prefix + "basic_auth.password", settings) ?? ""
      return "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }
    if let token = try optional(prefix + "authorization.credentials", settings) {
      return (settings[prefix + "authorization.type"] ?? "Bearer") + " " + token
    }
    return try optional(prefix + "bearer_token", settings).map { "Bearer " + $0 }
  }

  private func secret(
    _ key: String, _ settings: [String: String], fallback: String? = nil
  ) throws(ReceiverProblem) -> String {
    if let value = try optional(key, settings) { return value }
    if let fallback, let value = try optional(fallback, global) { return value }
    throw ReceiverProblem(description: "\(key) is missing")
  }

  /// What the policy's `environment` names, else a value, else what the file holds that its `_file` key names.
  private func optional(_ key: String, _ settings: [String: String]) throws(ReceiverProblem) -> String? {
    if let variable = settings[key + Receiver.Integration.variableSuffix] {
      guard let value = environment(variable), !value.isEmpty else {
        throw ReceiverProblem(description: "\(key): the variable \(variable) is not set")
      }
      return value
    }
    if let value = settings[key], !value.isEmpty { return value }
    guard let file = settings[key + "_file"], !file.isEmpty else { return nil }
    guard let data = FileManager.default.contents(atPath: file), data.count <= 64 << 10,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw ReceiverProblem(
        description: "\(key)_file: \(file) cannot be read as a text of at most 64 KiB", isTransient: true)
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
