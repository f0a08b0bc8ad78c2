import IncidentModel

@testable import IncidentServer

extension MadeUpServer {
  static func alert(
    _ fingerprint: String, _ name: String, _ service: String, _ state: AlertView.State = .firing,
    annotations: [String: String] = [:], incident: String? = "INC-1"
  ) -> AlertView {
    AlertView(
      fingerprint: fingerprint,
      labels: ["alertname": name, "service": service, "severity": "page", "region": "eu-central", "job": "shop"],
      annotations: annotations, startsAt: now.advanced(bySeconds: -1640), endsAt: now.advanced(bySeconds: 240),
      updatedAt: now.advanced(bySeconds: -20), state: state, incident: incident)
  }

  static let alerts = [
    alert(
      "00000000000000a1", "LatencyHigh", "checkout",
      annotations: [
        "summary": "The 95th percentile of checkout is above 2 s.", "runbook_url": "https://runbooks.example/latency",
        "dashboard": "javascript:alert(1)",
      ]),
    alert(
      "00000000000000a2", "ErrorRatioHigh", "cart", annotations: ["summary": "7 % of the answers of cart are errors."]),
    alert("00000000000000a3", "LatencyHigh", "frontend", annotations: ["summary": "frontend is slow."]),
    alert("00000000000000a4", "DiskWillFill", "ledger-db", .resolved, incident: nil),
    alert("00000000000000a5", "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", incident: nil),
  ]

  static func explanation(_ fingerprint: String) -> AlertExplanationView? {
    guard let alert = alerts.first(where: { $0.fingerprint == fingerprint }) else { return nil }
    let stops = fingerprint == "00000000000000a3"
    return AlertExplanationView(
      alert: alert,
      steps: [
        .init(
          stage: "dedup", isStopping: false, statement: "firing since 03:13:40; reports in between are the same alert"),
        .init(stage: "maintenance", isStopping: false, statement: "no silence matches it"),
        .init(
          stage: "inhibition", isStopping: stops,
          statement: stops ? "inhibited while LatencyHigh of checkout fires" : "no firing alert inhibits it",
          rule: stops ? "{alertname=\"LatencyHigh\"} mutes {service=\"frontend\"} with equal region" : nil),
        .init(stage: "group", isStopping: false, statement: "one of 2 in its group", rule: "group_by: [region]"),
        .init(
          stage: "route", isStopping: false, statement: "goes to the receiver on-call", rule: "{}/{severity=\"page\"}"),
      ],
      counterfactuals: stops ? ["It would not have been inhibited if LatencyHigh of checkout had not fired."] : [])
  }

  static let services = [
    ServiceView(
      id: "cart", callers: ["checkout", "frontend"], callees: ["cart-cache"], openIncidents: ["INC-1", "INC-2"]),
    ServiceView(
      id: "checkout", callers: ["frontend"],
      callees: ["cart", "currency", "mail-queue", "payment", "shipping"], firingAlertCount: 1, openIncidents: ["INC-1"]),
    ServiceView(id: "<b>odd</b>", role: .unknown),
    ServiceView(id: "ledger-db", role: .database, callers: ["payment"]),
    ServiceView(id: "payment", callers: ["checkout"], callees: ["ledger-db"]),
  ]

  static let runbooks = [
    RunbookView(
      name: "roll-back-release", title: "Roll back the release of {{service}}",
      purpose: "Takes a release back whose start is the start of the failure. Not for a failure that is older than it.",
      owner: "platform", risk: "medium", isReversible: true,
      preconditions: ["The previous version is still in the registry."],
      steps: [
        .init(
          title: "Go back one revision", kind: "run", command: "kubectl rollout undo deployment/{{service}}",
          undo: "kubectl rollout undo deployment/{{service}}"),
        .init(
          title: "Wait until all replicas are new", kind: "wait-until", command: "kube_deployment_status_updated > 0"),
      ],
      expectedEffect: "Latency and errors return to normal within five minutes.",
      verification: "The 95th percentile of {{service}} is below its usual bound, within 300 s.",
      terms: RunbookView.Terms(
        inputs: [
          .init(name: "service", type: "component", from: "finding.component", choices: []),
          .init(
            name: "revisions", type: "number", from: "reviewer", fallback: "1", choices: [], minimum: 1, maximum: 5),
        ],
        approvals: 2, approverRole: "platform", concurrency: 1, cooldownSeconds: 600, changeWindows: [],
        verificationQuery: "p95{service=\"{{service}}\"} < 0.5", verificationSeconds: 300,
        worseQuery: "errors{service=\"{{service}}\"} > 0.5", digest: "sha256:00c0ffee"),
      tracks: [TrackView(trackRecord, fault: .cpu)]),
    RunbookView(
      name: "grow-volume", title: "Grow the volume", purpose: "For a disk that fills.", owner: "storage", risk: "high",
      isReversible: false),
    RunbookView(
      name: "restart-replica", title: "Restart one replica", purpose: "For a replica that hangs.", owner: "platform",
      risk: "low", isReversible: true),
  ]

  static let replays = [
    ReplayView(
      name: "2026-11-24-2a7e4fc", dataset: "simulated", cases: 400, failed: 0, top1: 0.925, top3: 0.98, top5: 0.99,
      calibrationError: 0.031,
      bins: [
        (0.3, 0.37, 0.41, 17), (0.4, 0.45, 0.4, 22), (0.5, 0.56, 0.61, 31), (0.6, 0.66, 0.63, 35),
        (0.7, 0.75, 0.79, 48),
        (0.8, 0.86, 0.85, 92), (0.9, 0.96, 0.95, 155),
      ].map { from, stated, right, cases in
        ReplayView.Bin(from: from, to: from + 0.1, cases: cases, meanConfidence: stated, accuracy: right)
      }, falseAlarms: 3, healthyCases: 100),
    ReplayView(name: "2026-11-20-1be61b9", dataset: "nezha", cases: 56, top1: 0.8, top3: 0.93, top5: 0.95),
  ]

  static let health = HealthView(
    isReady: true, version: "0.1.0", startedAt: now.advanced(bySeconds: -93_600),
    parts: [
      .init(name: "store", isWell: true, statement: "412 MB, 3.1 GB free; the last write took 2 ms"),
      .init(name: "intake", isWell: true, statement: "0 waiting of 10,000"),
      .init(name: "loki", isWell: false, statement: "no answer since 03:31:10; asked again at 03:42:00"),
    ],
    settings: [
      .init(name: "listen", value: "127.0.0.1:8787"), .init(name: "retention", value: "30 d, at most 10 GB"),
      .init(name: "access", value: "tokens and sessions"),
    ])
}
