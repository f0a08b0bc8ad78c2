import IncidentModel

/// Hand-made blackboards of a web shop, as an investigation would leave them.
package struct MadeUpIncident {
  package var entries: [BlackboardEntry] = []

  package init() {}

  package var snapshot: BlackboardSnapshot { BlackboardSnapshot(entries: entries) }

  /// One batch by one author.
  package mutating func post(_ author: AgentName, _ contributions: [Contribution]) {
    let revision = Revision((entries.last?.revision.number ?? 0) + 1)
    for contribution in contributions {
      entries.append(
        BlackboardEntry(
          sequence: entries.count + 1, revision: revision, author: author, contribution: contribution))
    }
  }

  package static let window = TimeWindow(start: .at("02:40:00"), end: .at("03:41:00"))

  package static let shop = ServiceMap(
    components: [
      Component(id: "frontend", role: .gateway, site: "berlin"),
      Component(id: "checkout", site: "berlin"),
      Component(id: "payment", site: "berlin"),
      Component(id: "cart", site: "berlin"),
      Component(id: "cart-cache", role: .cache),
      Component(id: "catalog", site: "berlin"),
      Component(id: "catalog-db", role: .database),
      Component(id: "shipping"),
      Component(id: "currency"),
      Component(id: "ledger-db", role: .database, isObservedOnlyByCallers: true),
      Component(id: "mail-queue", role: .queue),
    ],
    calls: [
      .init(from: "frontend", to: "checkout"), .init(from: "frontend", to: "cart"),
      .init(from: "frontend", to: "catalog"), .init(from: "frontend", to: "currency"),
      .init(from: "checkout", to: "payment"), .init(from: "checkout", to: "cart"),
      .init(from: "checkout", to: "shipping"), .init(from: "checkout", to: "currency"),
      .init(from: "checkout", to: "mail-queue"), .init(from: "payment", to: "ledger-db"),
      .init(from: "cart", to: "cart-cache"), .init(from: "catalog", to: "catalog-db"),
    ])

  package static func opening(_ title: String, symptom: Incident.Symptom?, alertedAt: Timestamp?) -> Contribution {
    .opening(
      Opening(
        incident: Incident(
          id: "shop/payment-cpu-1", title: title, window: window, alertedAt: alertedAt, symptom: symptom,
          environment: "production"),
        serviceMap: shop, inputDigest: ContentDigest.of("input"), configurationDigest: ContentDigest.of("agents"),
        version: "0.1.0"))
  }

  package static func signal(
    _ id: SignalID, _ component: ComponentID, _ channel: SignalChannel, _ subject: String, _ metricClass: MetricClass?,
    sigmas: Double, _ evidence: Evidence
  ) -> Contribution {
    .signal(
      Signal(
        id: id, component: component, channel: channel, subject: subject, metricClass: metricClass,
        onset: evidence.excerpt?.onset, strength: sigmas / 10, deviationSigmas: sigmas, logRatio: 1,
        evidence: evidence))
  }

  package static func hypothesis(
    _ id: HypothesisID, _ component: ComponentID, _ fault: FaultKind, metric: String?, confidence: Double,
    onset: Timestamp?, statement: String, propagation: [ComponentID], evidence: [Evidence],
    role: ComponentRole = .application
  ) -> Contribution {
    .hypothesis(
      Hypothesis(
        id: id, component: component, componentKind: .service, componentRole: role, metric: metric, fault: fault,
        cause: nil, onset: onset, score: confidence * 10, confidence: confidence, statement: statement,
        propagation: propagation,
        channelShares: [
          .init(channel: .resource, share: confidence * 6), .init(channel: .traceSelfTime, share: confidence * 4),
        ],
        evidence: evidence))
  }

  package static let accounts: [Conclusion.AgentAccount] = [
    .init(name: "detection", turns: 1, contributions: 6, restarts: 0),
    .init(name: "context", turns: 1, contributions: 3, restarts: 0),
    .init(name: "root-cause", turns: 2, contributions: 4, restarts: 0),
    .init(name: "critic", turns: 2, contributions: 6, restarts: 1),
    .init(name: "remediation", turns: 1, contributions: 2, restarts: 0),
  ]
}
