import IncidentModel

/// A board on which the leading hypothesis only passes on what the next one explains: `orders` fails, and the database
/// below it is out of memory.
package struct DoubtfulIncident {
  package static let map = ServiceMap(
    components: [
      Component(id: "web", role: .gateway), Component(id: "orders"), Component(id: "orders-db", role: .database),
      Component(id: "cart"), Component(id: "stock"),
    ],
    calls: [
      .init(from: "web", to: "orders"), .init(from: "orders", to: "orders-db"), .init(from: "web", to: "cart"),
      .init(from: "orders", to: "stock"),
    ])

  package static func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_772_334_000_000_000_000).advanced(bySeconds: seconds)
  }

  package static let incident = Incident(
    id: "doubtful", title: "Orders fail", window: TimeWindow(start: at(0), end: at(3600)), alertedAt: at(1900),
    symptom: .init(component: "web"))

  /// `H1` orders, `H2` orders-db, `H3` cart; change them to make other boards.
  package var hypotheses = [
    hypothesis("H1", "orders", .code, 0.8, [.errorExcess: 0.7]),
    hypothesis("H2", "orders-db", .memory, 0.15, [.resource: 0.6]),
    hypothesis("H3", "cart", .cpu, 0.05, [.resource: 0.05]),
  ]
  package var critiques: [Critique] = []

  package init() {}

  package static func hypothesis(
    _ id: HypothesisID, _ component: ComponentID, _ fault: FaultKind, _ confidence: Double,
    _ shares: [SignalChannel: Double], onset: Double? = 1800
  ) -> Hypothesis {
    let evidence = Evidence(
      kind: .metric, statement: "\(component) uses 4.2 GB, usually 1.1 GB.",
      query: .init(source: "metrics", expression: "\(component)|m", window: incident.window), digest: "sha256:0",
      value: 4.2, unit: "GB")
    return Hypothesis(
      id: id, component: component, componentKind: .service, componentRole: .application, metric: nil, fault: fault,
      cause: nil, onset: onset.map(at), score: confidence, confidence: confidence,
      statement: "\(component) is unwell.", propagation: [component],
      channelShares: shares.sorted { $0.key < $1.key }.map { .init(channel: $0.key, share: $0.value) },
      evidence: [evidence])
  }

  package var snapshot: BlackboardSnapshot {
    let opening = Opening(
      incident: Self.incident, serviceMap: Self.map, inputDigest: "i", configurationDigest: "c", version: "v")
    let detection = Detection(
      onset: Self.at(1800), onsetSource: .alert, isAnomalous: true, statement: "Requests fail.")
    let ranking = hypotheses.map { Assessment.Candidate(component: $0.component, score: $0.score) }
    let contributions: [Contribution] =
      [.opening(opening), .detection(detection), .assessment(Assessment(ranking: ranking))]
      + hypotheses.map { .hypothesis($0) } + critiques.map { .critique($0) }
    return Self.snapshot(BlackboardSnapshot(), adding: contributions, by: "root-cause")
  }

  /// The board after one more batch.
  package static func snapshot(
    _ snapshot: BlackboardSnapshot, adding contributions: [Contribution], by author: AgentName
  ) -> BlackboardSnapshot {
    var copy = snapshot
    let revision = Revision(snapshot.revision.number + 1)
    for contribution in contributions {
      copy.append(
        BlackboardEntry(
          sequence: copy.entries.count + 1, revision: revision, author: author, contribution: contribution))
    }
    return copy
  }
}
