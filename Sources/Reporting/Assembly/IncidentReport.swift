import IncidentModel

/// The answer to an incident as a document, `tocsin.report/1`: what is known, how well, and from what.
///
/// Made from a snapshot and nothing else. It holds no wall-clock time, duration or random identifier of the run, and
/// numbers are rounded, so that equal input gives equal bytes. Every list is bounded (see `ReportLimits`). An
/// evidence item carries its query, value and digest; the points of a chart stay on the blackboard and are drawn by
/// the renderers only.
package struct IncidentReport: Hashable, Sendable, Codable {
  package static let schemaName = "tocsin.report/1"

  package var schema: String
  package var incident: IncidentSummary
  package var outcome: Outcome
  /// The confidence that an answer needs; below it the outcome is `abstained`.
  package var abstentionLine: Double
  /// Best first, ruled-out ones last; empty when the outcome is `healthy`.
  package var findings: [Finding]
  /// Every component that was considered, best first.
  package var ranking: [ComponentID]
  package var remediations: [Advice]
  package var impact: Impact
  /// By time, then by text.
  package var timeline: [TimelineEntry]
  /// What surrounds the incident: changes nearby, standing alerts, neighbours.
  package var context: [ContextEntry]
  /// Observations between the cause and the symptom that the timeline cites and no finding does.
  package var pathEvidence: [EvidenceItem]
  /// What would tell, where the evidence is not enough to say; full sentences.
  package var nextChecks: [String]
  package var blindSpots: [String]
  /// Why the investigation ended, and which agents took part.
  package var conclusion: String
  package var agents: [Conclusion.AgentAccount]
  package var cost: Cost
  /// What language models said and what became of it; left out where none was asked.
  package var advice: AdviceSection?
  package var provenance: Provenance

  package struct IncidentSummary: Hashable, Sendable, Codable {
    package var id: String
    package var title: String
    package var severity: Severity
    /// The rule that gave the severity, in words.
    package var severityReason: String
    package var window: TimeWindow
    @Nullable package var onset: Timestamp?
    /// When somebody or something noticed.
    @Nullable package var alertedAt: Timestamp?
    @Nullable package var symptom: Incident.Symptom?
    @Nullable package var environment: String?
    /// Why this is an incident, or why it is none.
    package var detection: String
  }

  /// Who notices the incident.
  package struct Impact: Hashable, Sendable, Codable {
    /// Services whose users or callers see it, sorted.
    package var services: [String]
    package var sites: [String]
    /// Service level objectives at risk; empty until there is a catalogue of them.
    package var slo: [String]
    /// Affected services that nothing calls: where users come in. Sorted.
    package var entryPoints: [String]
  }

  package struct TimelineEntry: Hashable, Sendable, Codable {
    package var at: Timestamp
    package var what: String
    /// An evidence identifier, or `incident` for what was known beforehand.
    package var source: String
  }

  package struct ContextEntry: Hashable, Sendable, Codable {
    package var topic: ContextNote.Topic
    package var components: [ComponentID]
    @Nullable package var at: Timestamp?
    package var statement: String
    package var evidence: [EvidenceItem]
  }

  /// What language models cost; zero without one.
  package struct Cost: Hashable, Sendable, Codable {
    package var modelCalls = 0
    package var tokens = 0
    package var usd = 0.0

    init(_ cost: ModelAdvice.Cost) {
      modelCalls = cost.modelCalls
      tokens = cost.tokens
      usd = cost.usd
    }
  }

  package struct Provenance: Hashable, Sendable, Codable {
    package var version: String
    package var configuration: String
    package var input: String
  }
}

/// Bounds on a report's lists, so that a page stays readable and a hostile input cannot make it grow.
package enum ReportLimits {
  package static let findings = 8
  package static let evidencePerFinding = 24
  package static let ranking = 1000
  package static let remediations = 16
  package static let stepsPerRemediation = 32
  package static let context = 32
  package static let timeline = 60
  package static let impact = 200
  package static let nextChecks = 6
  package static let blindSpots = 32
  package static let agents = 64
  /// Characters of one statement.
  package static let statementLength = 1200
}

/// An optional that is written as `null` rather than left out, so that a document has the same keys always.
@propertyWrapper
package struct Nullable<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
  package var wrappedValue: Value?

  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}
