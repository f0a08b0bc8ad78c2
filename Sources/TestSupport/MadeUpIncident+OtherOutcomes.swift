import IncidentModel

extension MadeUpIncident {
  /// Two weak suspects that moved at the same time, and little telemetry.
  package static var abstained: MadeUpIncident {
    var board = MadeUpIncident()
    let cart = MadeUpSeries("cart|error_ratio", unit: "ratio", normal: 0.002, shifted: 0.011, onset: .at("03:12:20"))
      .evidence("Errors of cart rose from 0.2 % to 1.1 % at 03:12:20.", over: window)
    let cache = MadeUpSeries("cart-cache|memory", unit: "bytes", normal: 812e6, shifted: 968e6, onset: .at("03:12:20"))
      .evidence("Memory of cart-cache rose from 812 MB to 968 MB at 03:12:20.", over: window)
    board.post("intake", [opening("Errors in the cart", symptom: .init(component: "cart"), alertedAt: .at("03:14:00"))])
    board.post(
      "detection",
      [
        .detection(
          Detection(
            onset: .at("03:12:20"), onsetSource: .estimated, isAnomalous: true,
            statement: "Two series left their normal range at 03:12:20.")),
        signal("S1", "cart", .errorExcess, "error_ratio", .errors, sigmas: 5, cart),
        signal("S2", "cart-cache", .resource, "memory", .memory, sigmas: 6, cache),
      ])
    board.post(
      "root-cause",
      [
        hypothesis(
          "H1", "cart-cache", .memory, metric: "cart-cache|memory", confidence: 0.31, onset: .at("03:12:20"),
          statement: "cart-cache holds 19 % more memory since 03:12:20.", propagation: ["cart-cache", "cart"],
          evidence: [cache], role: .cache),
        hypothesis(
          "H2", "cart", .code, metric: "cart|error_ratio", confidence: 0.27, onset: .at("03:12:20"),
          statement: "cart fails 1.1 % of its requests since 03:12:20.", propagation: ["cart"], evidence: [cart]),
      ])
    board.post(
      "critic",
      [
        .critique(
          Critique(
            hypothesis: "H1", test: "moved-first", verdict: .inconclusive, oddsFactor: 1,
            statement: "Whether cart-cache moved before cart cannot be told from samples 20 s apart."))
      ])
    board.post(
      "remediation",
      [
        .remediation(
          Remediation(
            id: "R1", hypothesis: "H1", runbook: nil, title: "Look closer at cart-cache",
            steps: [
              .init(kind: .manual, title: "Compare the evictions of cart-cache before and after 03:12."),
              .init(kind: .manual, title: "Read the error log of cart from 03:12 on."),
            ],
            risk: .low, blastRadius: [], isReversible: true, requiresApproval: false,
            expectedEffect: "None; this only looks.", verification: "", reason: "No runbook fits a weak suspicion."))
      ])
    board.post(
      "supervisor",
      [
        .diagnostic(Diagnostic(kind: .blindSpot, statement: "There are no traces and no logs.")),
        .conclusion(Conclusion(reason: "Every agent has answered.", agents: accounts)),
      ])
    return board
  }

  package static var healthy: MadeUpIncident {
    var board = MadeUpIncident()
    board.post("intake", [opening("Routine check", symptom: nil, alertedAt: nil)])
    board.post(
      "detection",
      [
        .detection(
          Detection(
            onset: .at("03:12:40"), onsetSource: .estimated, isAnomalous: false,
            statement: "All 84 series stayed within their normal range; the largest departure is 2.9 deviations."))
      ])
    board.post(
      "supervisor", [.conclusion(Conclusion(reason: "There is nothing to explain.", agents: accounts))])
    return board
  }

  /// As `causeFound`, with every name and text of the cause replaced by one made to break a renderer.
  package static var hostile: MadeUpIncident {
    var board = MadeUpIncident()
    let name: ComponentID = "<script>alert(1)</script>"
    let text =
      "\u{1B}[31mGET /\u{1B}[0m \u{202E}txt.exe\u{2066} </details></pre>\"'><img src=x onerror=alert(1)> | `x` "
      + "\u{9B}2J"
    let series = MadeUpSeries(
      "\(name)|cpu\u{1B}[2J", unit: "<b>cores</b>", normal: 1, shifted: 5, onset: .at("03:12:40"))
    let evidence = series.evidence(text, over: window)
    let title = "Slow\u{1B}]0;owned\u{07} <b>shop</b>"
    board.post("intake", [opening(title, symptom: .init(component: name), alertedAt: .at("03:13:00"))])
    board.post(
      "detection",
      [
        .detection(
          Detection(onset: .at("03:12:40"), onsetSource: .estimated, isAnomalous: true, statement: text)),
        signal("S1", name, .errorExcess, text, .errors, sigmas: 9, evidence),
      ])
    board.post(
      "context",
      [.context(ContextNote(topic: .change, components: [name], at: .at("03:12:00"), statement: text))])
    board.post(
      "root-cause",
      [
        hypothesis(
          "H1", name, .code, metric: "\(name)|cpu", confidence: 0.9, onset: .at("03:12:40"), statement: text,
          propagation: [name, "checkout", "frontend"], evidence: [evidence])
      ])
    board.post(
      "critic",
      [.critique(Critique(hypothesis: "H1", test: "<i>", verdict: .weakens, oddsFactor: 0.9, statement: text))])
    board.post(
      "remediation",
      [
        .remediation(
          Remediation(
            id: "R1", hypothesis: "H1", runbook: "[x](javascript:alert(1))", title: text,
            steps: [.init(kind: .run, title: text, arguments: ["rm", text], undo: text)], risk: .high,
            blastRadius: [name], isReversible: false, requiresApproval: true, expectedEffect: text,
            verification: text, reason: text))
      ])
    board.post("supervisor", [.diagnostic(Diagnostic(kind: .blindSpot, statement: text))])
    return board
  }
}
