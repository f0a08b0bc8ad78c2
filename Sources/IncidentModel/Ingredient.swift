/// A part of the analysis that a measurement can leave out, to see what it is worth.
package enum Ingredient: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  // Evidence that attribution looks at; detection still sees it.
  case budgetEvidence = "budget-evidence"
  case resourceEvidence = "resource-evidence"
  case serviceLevelEvidence = "service-level-evidence"
  case trafficEvidence = "traffic-evidence"
  case delayEvidence = "delay-evidence"
  case failureEvidence = "failure-evidence"
  case pathEvidence = "path-evidence"
  case logEvidence = "log-evidence"
  case absenceEvidence = "absence-evidence"
  case alertEvidence = "alert-evidence"
  // Detectors: what they find is missing everywhere.
  case callExcessDetector = "call-excess-detector"
  case metricShiftDetector = "metric-shift-detector"
  case resourceCreepDetector = "resource-creep-detector"
  case absenceDetector = "absence-detector"
  case traceDetector = "trace-detector"
  case alertDetector = "alert-detector"
  case meshEdgeDetector = "mesh-edge-detector"
  case logPatternDetector = "log-pattern-detector"
  // Reasoning.
  case calleeSubtraction = "callee-subtraction"
  case loadExplanation = "load-explanation"
  case changePrior = "change-prior"
  case nodeBlame = "node-blame"
  case critic
  // What is compared with what.
  case seasonality
  case earlierWindows = "earlier-windows"
  case earlyMovers = "early-movers"

  package static func < (left: Ingredient, right: Ingredient) -> Bool { left.rawValue < right.rawValue }

  /// What is missing without it, for people.
  package var meaning: String {
    switch self {
    case .budgetEvidence: "the excess of calls that no callee explains"
    case .resourceEvidence: "what components consume"
    case .serviceLevelEvidence: "latency and errors without request counts"
    case .trafficEvidence: "load that arrives"
    case .delayEvidence: "time lost inside spans and in front of them"
    case .failureEvidence: "failing spans"
    case .pathEvidence: "unusual steps in traces"
    case .logEvidence: "log lines that are new, more frequent or gone"
    case .absenceEvidence: "telemetry that stopped"
    case .alertEvidence: "alerts"
    case .callExcessDetector: "the detector of slow and failing calls by destination"
    case .metricShiftDetector: "the detector of shifts in single series"
    case .resourceCreepDetector: "the detector of resources that fill up slowly"
    case .absenceDetector: "the detector of telemetry that stopped"
    case .traceDetector: "the detector on traces"
    case .alertDetector: "the detector on alerts"
    case .meshEdgeDetector: "the detector on calls as a mesh measures them"
    case .logPatternDetector: "the detector on log lines"
    case .calleeSubtraction: "taking from callers what their callees explain"
    case .loadExplanation: "taking from everybody what more load explains"
    case .changePrior: "believing more in what changed right before"
    case .nodeBlame: "blaming a node for what all it hosts suffer"
    case .critic: "the critics' tests"
    case .seasonality: "comparing with the same time of day"
    case .earlierWindows: "earlier telemetry that is known to be normal"
    case .earlyMovers: "the second look at the onset"
    }
  }
}
