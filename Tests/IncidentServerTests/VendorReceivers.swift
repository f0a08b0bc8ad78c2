import Foundation
import Synchronization
import TestSupport
import TextReading

/// Receivers of messages on 127.0.0.1 that take what their vendors document and refuse what they would refuse.
final class VendorReceivers: Sendable {
  struct Message: Sendable {
    var path: String
    var key: String
    var authorization: String?
    var status: Int
    var body: JSONValue
  }

  private let shared: Shared
  private let server: LoopbackServer

  var origin: String { server.origin }
  /// All that came, refused or not, in order.
  var messages: [Message] { shared.taken.withLock { $0 } }
  func delivered(_ path: String) -> [Message] { messages.filter { $0.path == path && $0.status < 300 } }

  /// - Parameter failing: the status for the first requests to a path, one after another.
  init(failing: [String: [Int]] = [:]) throws {
    let shared = Shared()
    self.shared = shared
    server = try LoopbackServer { request, connection in
      let body = (try? JSONValue(parsing: request.body, name: "body")) ?? .null
      let place = shared.counts.withLock { counts in
        defer { counts[request.path, default: 0] += 1 }
        return counts[request.path, default: 0]
      }
      let statuses = failing[request.path] ?? []
      let (status, answer) = place < statuses.count ? (statuses[place], "") : Self.answer(request, body)
      shared.taken.withLock {
        $0.append(
          Message(
            path: request.path, key: request.headers["idempotency-key"] ?? "",
            authorization: request.headers["authorization"], status: status, body: body))
      }
      connection.answer(status, headers: ["Content-Type: application/json"], answer)
      return true
    }
  }

  private static func answer(_ request: LoopbackServer.Request, _ body: JSONValue) -> (Int, String) {
    guard request.method == "POST", request.headers["content-type"] == "application/json", body.object != nil else {
      return (400, "invalid_payload")
    }
    switch request.path {
    case "/v2/enqueue": return pagerDuty(body)
    // https://api.slack.com/messaging/webhooks
    case "/slack":
      let hasText = body["text"]?.string != nil || body["attachments"]?.array?.isEmpty == false
      return hasText ? (200, "ok") : (400, "no_text")
    // https://learn.microsoft.com/outlook/actionable-messages/message-card-reference
    case "/teams":
      let isCard = body["@type"]?.string == "MessageCard" && (body["summary"] ?? body["text"])?.string != nil
      return isCard ? (200, "1") : (400, "Summary or Text is required.")
    // https://learn.microsoft.com/power-automate/teams/send-a-message-in-teams
    case "/teams-workflow":
      let card = body["attachments"]?.array?.first
      let isCard =
        body["type"]?.string == "message"
        && card?["contentType"]?.string == "application/vnd.microsoft.card.adaptive"
        && card?["content"]?["type"]?.string == "AdaptiveCard" && card?["content"]?["version"]?.string != nil
      return (isCard ? 202 : 400, "")
    // https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
    case "/webhook":
      let isBody =
        body["version"]?.string == "4" && body["groupKey"]?.string != nil
        && ["firing", "resolved"].contains(body["status"]?.string ?? "") && body["alerts"]?.array?.isEmpty == false
      return (isBody ? 200 : 400, "")
    default: return (404, "")
    }
  }

  /// https://developer.pagerduty.com/docs/events-api-v2/trigger-events
  private static func pagerDuty(_ body: JSONValue) -> (Int, String) {
    let payload = body["payload"]
    let isTrigger =
      body["event_action"]?.string == "trigger" && (payload?["summary"]?.string?.count).map { $0 <= 1024 } == true
      && payload?["source"]?.string?.isEmpty == false
      && ["critical", "error", "warning", "info"].contains(payload?["severity"]?.string ?? "")
    let isEnd = ["acknowledge", "resolve"].contains(body["event_action"]?.string ?? "")
    guard body["routing_key"]?.string?.count == 32, body["dedup_key"]?.string.map({ $0.count <= 255 }) == true,
      isTrigger || isEnd
    else { return (400, #"{"status":"invalid event","message":"Event object is invalid"}"#) }
    return (202, #"{"status":"success","message":"Event processed"}"#)
  }

  private final class Shared: Sendable {
    let taken = Mutex<[Message]>([])
    let counts = Mutex<[String: Int]>([:])
  }
}
