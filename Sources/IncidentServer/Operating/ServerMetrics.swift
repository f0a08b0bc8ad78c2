import Synchronization

/// What the server counts of itself, as Prometheus reads it.
final class ServerMetrics: Sendable {
  enum Counter: String, Sendable, CaseIterable {
    case alertsReceived = "tocsin_alerts_received_total"
    case alertsRefused = "tocsin_intake_refused_total"
    case changesReceived = "tocsin_changes_received_total"
    case telemetryBytes = "tocsin_telemetry_received_bytes_total"
    case investigationsStarted = "tocsin_investigations_started_total"
    case investigationsConcluded = "tocsin_investigations_concluded_total"
    case investigationsFailed = "tocsin_investigations_failed_total"
    case refusedAccess = "tocsin_access_refused_total"
    case notificationsSent = "tocsin_notifications_sent_total"
    case notificationAttemptsFailed = "tocsin_notification_attempts_failed_total"
    case notificationsDropped = "tocsin_notifications_dropped_total"

    var help: String {
      switch self {
      case .alertsReceived: "Alerts that were acknowledged."
      case .alertsRefused: "Requests with alerts that were refused for lack of room or of a store."
      case .changesReceived: "Changes that were announced and not known before."
      case .telemetryBytes: "Bytes of pushed telemetry that were acknowledged."
      case .investigationsStarted: "Investigations that were begun."
      case .investigationsConcluded: "Investigations that came to their end."
      case .investigationsFailed: "Investigations that did not come to their end."
      case .refusedAccess: "Requests without a token, a secret or a role that they needed."
      case .notificationsSent: "Messages that a receiver took."
      case .notificationAttemptsFailed: "Attempts to send a message that failed."
      case .notificationsDropped: "Messages that were not sent, since too many waited."
      }
    }
  }

  enum Gauge: String, Sendable, CaseIterable {
    case openIncidents = "tocsin_incidents_open"
    case trackedAlerts = "tocsin_alerts_tracked"
    case runningInvestigations = "tocsin_investigations_running"
    case waitingRequests = "tocsin_intake_waiting_requests"
    case waitingBytes = "tocsin_intake_waiting_bytes"
    case followers = "tocsin_stream_followers"
    case storeIsWell = "tocsin_store_up"

    var help: String {
      switch self {
      case .openIncidents: "Incidents that are not over."
      case .trackedAlerts: "Alerts that are remembered."
      case .runningInvestigations: "Investigations that are going on."
      case .waitingRequests: "Requests that were taken in and are not worked through."
      case .waitingBytes: "Bytes of the requests that wait."
      case .followers: "Open event streams."
      case .storeIsWell: "Whether the store took what was last written to it."
      }
    }
  }

  /// Upper bounds in seconds.
  static let bounds = [0.005, 0.025, 0.1, 0.25, 1, 5]

  private struct Route: Hashable {
    var method: String
    var path: String
    var status: Int
  }

  private struct State {
    var counters: [Counter: Int] = [:]
    var gauges: [Gauge: Double] = [:]
    var requests: [Route: Int] = [:]
    var durations: [Int] = []
    var durationSum = 0.0
  }

  private let state = Mutex(State())

  func count(_ counter: Counter, by amount: Int = 1) {
    state.withLock { $0.counters[counter, default: 0] += amount }
  }

  func set(_ gauge: Gauge, to value: Double) { state.withLock { $0.gauges[gauge] = value } }

  /// - Parameter path: of the route, not of the request: a series for every path that is tried would have no bound.
  func note(method: String, path: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.requests[Route(method: method, path: path, status: status), default: 0] += 1
      if state.durations.isEmpty { state.durations = [Int](repeating: 0, count: Self.bounds.count + 1) }
      state.durations[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      state.durationSum += seconds
    }
  }

  /// The text exposition, version 0.0.4.
  func exposition(version: String) -> String {
    let state = state.withLock { $0 }
    var lines = [
      "# HELP tocsin_build_info The version that runs.", "# TYPE tocsin_build_info gauge",
      "tocsin_build_info{version=\"\(version)\"} 1",
    ]
    for counter in Counter.allCases {
      lines += [
        "# HELP \(counter.rawValue) \(counter.help)", "# TYPE \(counter.rawValue) counter",
        "\(counter.rawValue) \(state.counters[counter] ?? 0)",
      ]
    }
    for gauge in Gauge.allCases {
      lines += [
        "# HELP \(gauge.rawValue) \(gauge.help)", "# TYPE \(gauge.rawValue) gauge",
        "\(gauge.rawValue) \(Self.text(state.gauges[gauge] ?? 0))",
      ]
    }
    lines += [
      "# HELP tocsin_http_requests_total Requests that were answered.", "# TYPE tocsin_http_requests_total counter",
    ]
    for (route, count) in state.requests.sorted(by: {
      ($0.key.path, $0.key.method, $0.key.status) < ($1.key.path, $1.key.method, $1.key.status)
    }) {
      lines.append(
        "tocsin_http_requests_total{method=\"\(route.method)\",path=\"\(route.path)\",code=\"\(route.status)\"} \(count)"
      )
    }
    lines += [
      "# HELP tocsin_http_request_seconds Time until the head of an answer.",
      "# TYPE tocsin_http_request_seconds histogram",
    ]
    var total = 0
    for (place, bound) in Self.bounds.enumerated() {
      total += state.durations.isEmpty ? 0 : state.durations[place]
      lines.append("tocsin_http_request_seconds_bucket{le=\"\(Self.text(bound))\"} \(total)")
    }
    total += state.durations.last ?? 0
    lines += [
      "tocsin_http_request_seconds_bucket{le=\"+Inf\"} \(total)",
      "tocsin_http_request_seconds_sum \(Self.text(state.durationSum))", "tocsin_http_request_seconds_count \(total)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
  }
}
