import IncidentModel

extension MadeUpIncident {
  /// A release makes `payment` burn its CPU; checkout and frontend slow down behind it, and frontend is the loudest.
  package static var causeFound: MadeUpIncident {
    var board = MadeUpIncident()
    board.post(
      "intake",
      [
        opening(
          "Checkout is slow", symptom: .init(component: "checkout", metric: "latency_p95"), alertedAt: .at("03:13:40"))
      ])
    board.post("detection", [detection] + signals)
    board.post("context", contextNotes)
    board.post("root-cause", hypotheses)
    board.post("critic", critiques)
    board.post("remediation", remediations)
    board.post(
      "supervisor",
      [
        .diagnostic(Diagnostic(kind: .blindSpot, statement: "There are no logs from ledger-db.")),
        .diagnostic(Diagnostic(kind: .blindSpot, statement: "Traces cover 62 % of calls.")),
        .diagnostic(Diagnostic(kind: .agentFailure, statement: "The critic was restarted once after its deadline.")),
        .conclusion(Conclusion(reason: "Every agent has answered.", agents: accounts)),
      ])
    return board
  }

  private static let detection = Contribution.detection(
    Detection(
      onset: .at("03:12:40"), onsetSource: .estimated, isAnomalous: true,
      statement: "Seven series of five components left their normal range between 03:12:40 and 03:13:20."))

  private static let paymentCPU = MadeUpSeries(
    "payment|cpu_seconds", unit: "cores", normal: 0.31, shifted: 0.97, onset: .at("03:12:40"))
  private static let paymentLatency = MadeUpSeries(
    "payment|latency_p95", unit: "s", normal: 0.12, shifted: 1.9, onset: .at("03:12:40"), gap: 40..<46)
  private static let checkoutLatency = MadeUpSeries(
    "checkout|latency_p95", unit: "s", normal: 0.3, shifted: 2.4, onset: .at("03:13:00"))
  private static let frontendLatency = MadeUpSeries(
    "frontend|latency_p95", unit: "s", normal: 0.52, shifted: 3.1, onset: .at("03:13:05"))
  private static let ledgerDisk = MadeUpSeries(
    "ledger-db|disk_io", unit: "bytes", normal: 41_200_000, shifted: 55_000_000, onset: .at("03:14:20"))

  private static let cpuEvidence = paymentCPU.evidence(
    "CPU of payment rose from 0.31 to 0.97 cores at 03:12:40, 38 standard deviations above normal.", over: window)
  private static let latencyEvidence = paymentLatency.evidence(
    "The p95 latency of payment rose from 0.12 s to 1.9 s at 03:12:40.", over: window)
  private static let checkoutEvidence = checkoutLatency.evidence(
    "The p95 latency of checkout rose from 0.3 s to 2.4 s at 03:13:00.", over: window)
  private static let frontendEvidence = frontendLatency.evidence(
    "The p95 latency of frontend rose from 0.52 s to 3.1 s at 03:13:05.", over: window)
  private static let ledgerEvidence = ledgerDisk.evidence(
    "Disk traffic of ledger-db rose from 41 MB/s to 55 MB/s at 03:14:20.", over: window)
  private static let selfTimeEvidence = Evidence(
    kind: .trace, statement: "71 % of the latency added to a checkout is payment's own time: 1.52 s of 2.14 s a call.",
    query: .init(source: "spans", expression: "self-time payment Charge", window: window),
    digest: ContentDigest.of("self time"), value: 1520, unit: "ms")
  private static let releaseEvidence = Evidence(
    kind: .change, statement: "payment was released at 03:10:30, from 1.41.3 to 1.42.0.",
    query: .init(source: "changes", expression: "payment deploy", window: window),
    digest: ContentDigest.of("release"), value: 130, unit: "s")
  private static let orderEvidence = Evidence(
    kind: .topology,
    statement: "Callers slowed in call order: checkout 20 s and frontend 25 s after payment.",
    query: .init(source: "topology", expression: "onset order payment checkout frontend", window: window),
    digest: ContentDigest.of("order"), value: 25, unit: "s")

  private static let signals = [
    signal("S1", "payment", .resource, "cpu_seconds", .cpu, sigmas: 38, cpuEvidence),
    signal("S2", "payment", .serviceLevel, "latency_p95", .latency, sigmas: 52, latencyEvidence),
    signal("S3", "checkout", .serviceLevel, "latency_p95", .latency, sigmas: 47, checkoutEvidence),
    signal("S4", "frontend", .serviceLevel, "latency_p95", .latency, sigmas: 61, frontendEvidence),
    signal("S5", "ledger-db", .resource, "disk_io", .disk, sigmas: 6, ledgerEvidence),
    signal("S6", "payment", .traceSelfTime, "Charge", nil, sigmas: 0, selfTimeEvidence),
  ]

  private static let contextNotes: [Contribution] = [
    .context(
      ContextNote(
        topic: .change, components: ["payment"], at: .at("03:10:30"),
        statement: "payment was released, from 1.41.3 to 1.42.0.", evidence: [releaseEvidence])),
    .context(
      ContextNote(
        topic: .change, components: ["catalog"], at: .at("02:51:00"),
        statement: "catalog was scaled from 3 to 4 replicas.")),
    .context(
      ContextNote(
        topic: .impact, components: ["checkout", "frontend"],
        statement: "Checkout and frontend are slow; 14 alerts fired in four minutes.")),
  ]

  private static let hypotheses: [Contribution] = [
    .assessment(
      Assessment(ranking: [
        .init(component: "payment", score: 8.3), .init(component: "frontend", score: 4.1),
        .init(component: "ledger-db", score: 0.9), .init(component: "cart", score: 0.1),
      ])),
    hypothesis(
      "H1", "payment", .cpu, metric: "payment|cpu_seconds", confidence: 0.71, onset: .at("03:12:40"),
      statement: "payment ran out of CPU at 03:12:40, two minutes after its release.",
      propagation: ["payment", "checkout", "frontend"],
      evidence: [cpuEvidence, selfTimeEvidence, latencyEvidence, releaseEvidence]),
    hypothesis(
      "H2", "frontend", .code, metric: "frontend|latency_p95", confidence: 0.2, onset: .at("03:13:05"),
      statement: "frontend answers slowly since 03:13:05.", propagation: ["frontend"], evidence: [frontendEvidence]),
    hypothesis(
      "H3", "ledger-db", .disk, metric: "ledger-db|disk_io", confidence: 0.12, onset: .at("03:14:20"),
      statement: "The disk of ledger-db is busy since 03:14:20.",
      propagation: ["ledger-db", "payment", "checkout", "frontend"], evidence: [ledgerEvidence], role: .database),
  ]

  private static let critiques: [Contribution] = [
    .critique(
      Critique(
        hypothesis: "H1", test: "moved-first", verdict: .supports, oddsFactor: 2,
        statement: "payment moved first; callers slowed in call order, checkout +20 s, frontend +25 s.",
        evidence: [orderEvidence])),
    .critique(
      Critique(
        hypothesis: "H1", test: "unaffected-twin", verdict: .inconclusive, oddsFactor: 1,
        statement: "payment has a single instance, so there is no twin to compare it with.")),
    .critique(
      Critique(
        hypothesis: "H2", test: "moved-first", verdict: .vetoes, oddsFactor: 0,
        statement: "frontend is a victim: it slowed 25 s after payment, which it reaches through checkout.",
        evidence: [orderEvidence])),
    .critique(
      Critique(
        hypothesis: "H3", test: "moved-first", verdict: .weakens, oddsFactor: 0.7,
        statement: "Its disk became busy 1 min 40 s after payment slowed.")),
    .critique(
      Critique(
        hypothesis: "H3", test: "explains-size", verdict: .weakens, oddsFactor: 0.8,
        statement: "No time is lost on the calls from payment to ledger-db.")),
  ]

  private static let remediations: [Contribution] = [
    .remediation(
      Remediation(
        id: "R1", hypothesis: "H1", runbook: "roll-back-release", title: "Roll back payment to 1.41.3",
        steps: [
          .init(
            kind: .run, title: "Roll back the deployment",
            arguments: ["kubectl", "rollout", "undo", "deployment/payment"],
            undo: "kubectl rollout undo deployment/payment"),
          .init(
            kind: .waitUntil, title: "Wait until CPU is back", arguments: ["cpu_seconds{service=\"payment\"} < 0.4"]),
        ],
        risk: .low, blastRadius: ["payment"], isReversible: true, requiresApproval: true,
        expectedEffect: "CPU of payment falls below 0.4 cores within five minutes.",
        verification: "The p95 latency of checkout is below 0.5 s for ten minutes.",
        reason: "A release touched payment two minutes before it ran out of CPU.")),
    .remediation(
      Remediation(
        id: "R2", hypothesis: "H1", runbook: "scale-out", title: "Add two replicas of payment",
        steps: [
          .init(
            kind: .run, title: "Scale the deployment",
            arguments: ["kubectl", "scale", "deployment/payment", "--replicas=4"])
        ],
        risk: .medium, blastRadius: ["payment", "ledger-db"], isReversible: true, requiresApproval: true,
        expectedEffect: "CPU of each replica halves.", verification: "The p95 latency of checkout is below 0.5 s.",
        reason: "CPU is exhausted and load is normal.")),
  ]
}
