import IncidentModel

/// A service as alerts and investigations know it.
struct ServiceView: Sendable, Hashable, Codable {
  var id: String
  var kind: ComponentKind = .service
  var role: ComponentRole = .application
  var callers: [String] = []
  var callees: [String] = []
  var firingAlertCount: Int = 0
  /// Incidents that are not resolved and name it.
  var openIncidents: [String] = []
}

/// A runbook as a reader sees it.
struct RunbookView: Sendable, Hashable, Codable {
  struct Step: Sendable, Hashable, Codable {
    var title: String
    var kind: String
    var command: String
    var undo: String?
  }

  var name: String
  var title: String
  var purpose: String
  var owner: String
  /// `low`, `medium` or `high`.
  var risk: String
  var isReversible: Bool
  var preconditions: [String] = []
  var steps: [Step] = []
  var expectedEffect: String = ""
  var verification: String = ""
  var terms: Terms?
  /// For each kind of fault that it was tried for.
  var tracks: [TrackView] = []
}

/// Whether the server can do its work, and what keeps it from it.
struct HealthView: Sendable, Hashable, Codable {
  struct Part: Sendable, Hashable, Codable {
    /// `store`, `intake`, or a source's name.
    var name: String
    var isWell: Bool
    var statement: String
  }

  struct Setting: Sendable, Hashable, Codable {
    var name: String
    /// Never a secret.
    var value: String
  }

  /// Whether intake accepts what comes.
  var isReady: Bool
  var version: String
  var startedAt: Timestamp
  var parts: [Part] = []
  var settings: [Setting] = []
}

/// The scorecard of one replay of recorded incidents.
struct ReplayView: Sendable, Hashable, Codable {
  struct Bin: Sendable, Hashable, Codable {
    var from: Double
    var to: Double
    var cases: Int
    var meanConfidence: Double
    var accuracy: Double
  }

  /// Of its file below `datasets/results`.
  var name: String
  var dataset: String
  var cases: Int
  var failed: Int = 0
  var top1: Double
  var top3: Double
  var top5: Double
  /// Expected calibration error.
  var calibrationError: Double?
  var bins: [Bin] = []
  var falseAlarms: Int?
  var healthyCases: Int?
}
