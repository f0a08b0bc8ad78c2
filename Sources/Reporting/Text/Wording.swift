import IncidentModel

/// The words of the reports, in one place.
package enum Wording {
  package static func fault(_ fault: FaultKind) -> String {
    switch fault {
    case .cpu: "CPU"
    case .memory: "memory"
    case .disk: "disk"
    case .networkDelay: "network delay"
    case .networkLoss: "network loss"
    case .code: "code"
    case .config: "configuration"
    case .dependency: "dependency"
    case .traffic: "traffic"
    case .certificate: "certificate"
    case .unknown: "fault unknown"
    }
  }

  /// The mechanism where one is known, else the kind of fault: `host port in use`, `memory`.
  static func what(_ finding: IncidentReport.Finding) -> String { finding.cause.map(slug) ?? fault(finding.fault) }

  /// `83 %`; what rounds to nothing is said to be under one.
  package static func percent(_ probability: Double) -> String {
    let percent = (probability.clamped(to: 0...1) * 100).rounded()
    if percent < 1 { return probability > 0 ? "under 1 %" : "0 %" }
    if percent > 99, probability < 1 { return "99 %" }
    return "\(Int(percent)) %"
  }

  /// How sure an answer with this probability is. What is below the line of abstention is no answer.
  package static func certainty(_ probability: Double) -> String {
    if probability >= 0.8 { return "sure" }
    return probability >= 0.5 ? "likely" : "possible"
  }

  static func verdict(_ verdict: Critique.Verdict) -> String {
    switch verdict {
    case .supports: "for it"
    case .weakens: "against it"
    case .vetoes: "rules it out"
    case .inconclusive: "cannot tell"
    }
  }

  package static func risk(_ risk: Remediation.Risk) -> String { "\(risk.rawValue) risk" }

  package static func reversibility(_ isReversible: Bool) -> String {
    isReversible ? "can be undone" : "cannot be undone"
  }

  static func approval(_ approval: IncidentReport.Approval) -> String {
    approval == .required ? "needs a person's approval; nothing acts by itself" : "needs no approval"
  }

  /// Nil when it was never tried.
  static func trackRecord(_ record: IncidentReport.TrackRecord) -> String? {
    record.tried > 0 ? "worked \(record.worked) of \(record.tried)" : nil
  }

  static func channel(_ channel: SignalChannel) -> String {
    switch channel {
    case .resource: "resources"
    case .latencyExcess: "added latency"
    case .errorExcess: "added errors"
    case .serviceLevel: "service level"
    case .traffic: "traffic"
    case .traceSelfTime: "own time in traces"
    case .traceEdgeGap: "time lost between services"
    case .traceErrors: "failing spans"
    case .tracePath: "unusual steps in traces"
    case .logPattern: "log patterns"
    case .change: "changes"
    case .alert: "alerts"
    case .absence: "missing telemetry"
    }
  }

  /// `moved-first` as `moved first`.
  package static func slug(_ slug: String) -> String { slug.replacing("-", with: " ").replacing("_", with: " ") }

  /// The first letter made small, unless the first word is an abbreviation.
  static func lowercasedStart(_ sentence: String) -> String {
    guard let first = sentence.first, let second = sentence.dropFirst().first, !second.isUppercase else {
      return sentence
    }
    return first.lowercased() + sentence.dropFirst()
  }

  package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
