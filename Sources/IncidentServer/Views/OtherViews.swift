import IncidentModel

/// A service as alerts and investigations know it.
package struct ServiceView: Sendable, Hashable, Codable {
  package var id: String
  package var kind: ComponentKind
  package var role: ComponentRole
  package var callers: [String]
  package var callees: [String]
  package var firingAlertCount: Int
  /// Incidents that are not resolved and name it.
  package var openIncidents: [String]

  package init(
    id: String, kind: ComponentKind = .service, role: ComponentRole = .application, callers: [String] = [],
    callees: [String] = [], firingAlertCount: Int = 0, openIncidents: [String] = []
  ) {
    self.id = id
    self.kind = kind
    self.role = role
    self.callers = callers
    self.callees = callees
    self.firingAlertCount = firingAlertCount
    self.openIncidents = openIncidents
  }
}

/// A runbook as a reader sees it.
package struct RunbookView: Sendable, Hashable, Codable {
  package struct Step: Sendable, Hashable, Codable {
    package var title: String
    package var kind: String
    package var command: String
    package var undo: String?

    package init(title: String, kind: String, command: String, undo: String? = nil) {
      self.title = title
      self.kind = kind
      self.command = command
      self.undo = undo
    }
  }

  package var name: String
  package var title: String
  package var purpose: String
  package var owner: String
  /// `low`, `medium` or `high`.
  package var risk: String
  package var isReversible: Bool
  package var preconditions: [String]
  package var steps: [Step]
  package var expectedEffect: String
  package var verification: String

  package init(
    name: String, title: String, purpose: String, owner: String, risk: String, isReversible: Bool,
    preconditions: [String] = [], steps: [Step] = [], expectedEffect: String = "", verification: String = ""
  ) {
    self.name = name
    self.title = title
    self.purpose = purpose
    self.owner = owner
    self.risk = risk
    self.isReversible = isReversible
    self.preconditions = preconditions
    self.steps = steps
    self.expectedEffect = expectedEffect
    self.verification = verification
  }
}

/// Whether the server can do its work, and what keeps it from it.
package struct HealthView: Sendable, Hashable, Codable {
  package struct Part: Sendable, Hashable, Codable {
    /// `store`, `intake`, or a source's name.
    package var name: String
    package var isWell: Bool
    package var statement: String

    package init(name: String, isWell: Bool, statement: String) {
      self.name = name
      self.isWell = isWell
      self.statement = statement
    }
  }

  package struct Setting: Sendable, Hashable, Codable {
    package var name: String
    /// Never a secret.
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Whether intake accepts what comes.
  package var isReady: Bool
  package var version: String
  package var startedAt: Timestamp
  package var parts: [Part]
  package var settings: [Setting]

  package init(
    isReady: Bool, version: String, startedAt: Timestamp, parts: [Part] = [], settings: [Setting] = []
  ) {
    self.isReady = isReady
    self.version = version
    self.startedAt = startedAt
    self.parts = parts
    self.settings = settings
  }
}

/// The scorecard of one replay of recorded incidents.
package struct ReplayView: Sendable, Hashable, Codable {
  package struct Bin: Sendable, Hashable, Codable {
    package var from: Double
    package var to: Double
    package var cases: Int
    package var meanConfidence: Double
    package var accuracy: Double

    package init(from: Double, to: Double, cases: Int, meanConfidence: Double, accuracy: Double) {
      self.from = from
      self.to = to
      self.cases = cases
      self.meanConfidence = meanConfidence
      self.accuracy = accuracy
    }
  }

  /// The folder's name below `datasets/results`.
  package var name: String
  package var dataset: String
  package var cases: Int
  package var failed: Int
  package var top1: Double
  package var top3: Double
  package var top5: Double
  /// Expected calibration error.
  package var calibrationError: Double?
  package var bins: [Bin]
  package var falseAlarms: Int?
  package var healthyCases: Int?

  package init(
    name: String, dataset: String, cases: Int, failed: Int = 0, top1: Double, top3: Double, top5: Double,
    calibrationError: Double? = nil, bins: [Bin] = [], falseAlarms: Int? = nil, healthyCases: Int? = nil
  ) {
    self.name = name
    self.dataset = dataset
    self.cases = cases
    self.failed = failed
    self.top1 = top1
    self.top3 = top3
    self.top5 = top5
    self.calibrationError = calibrationError
    self.bins = bins
    self.falseAlarms = falseAlarms
    self.healthyCases = healthyCases
  }
}
