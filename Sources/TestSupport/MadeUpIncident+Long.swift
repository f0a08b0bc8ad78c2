import IncidentModel

extension MadeUpIncident {
  /// Sixty services with names too long for any column, wide characters among them, and more of everything than a
  /// report shows.
  package static var long: MadeUpIncident {
    var board = MadeUpIncident()
    let names = (0..<60).map {
      ComponentID("warehouse-fulfilment-在庫-recommendation-service-eu-central-1-\($0)")
    }
    // A tree three wide, deep enough that call depth matters, with one cycle.
    var calls = (1..<names.count).map { ServiceMap.Call(from: names[($0 - 1) / 3], to: names[$0]) }
    calls.append(.init(from: names[59], to: names[2]))
    let path: [ComponentID] = [names[59], names[19], names[6], names[1], names[0]]
    let text = String(
      repeating: "This sentence goes on for longer than any column of a report has room for. ", count: 6)
    func evidence(_ row: Int, _ name: ComponentID) -> Evidence {
      MadeUpSeries(
        "\(name)|a_metric_with_a_long_name_\(row)", unit: "s", normal: 0.2, shifted: 1.5, onset: .at("03:12:40")
      )
      .evidence("\(row): \(text)", over: window)
    }
    board.post(
      "intake",
      [
        .opening(
          Opening(
            incident: Incident(
              id: "long", title: text, window: window, alertedAt: .at("03:13:40"), symptom: .init(component: names[0])),
            serviceMap: ServiceMap(calls: calls), inputDigest: ContentDigest.of("input"),
            configurationDigest: ContentDigest.of("agents"), version: "0.1.0"))
      ])
    board.post(
      "detection",
      [.detection(Detection(onset: .at("03:12:40"), onsetSource: .estimated, isAnomalous: true, statement: text))]
        + path.enumerated().map { row, name in
          signal(SignalID("S\(row)"), name, .latencyExcess, "latency", .latency, sigmas: 9, evidence(100 + row, name))
        })
    board.post("context", (0..<80).map { context($0, text) })
    board.post(
      "root-cause", (0..<12).map { suspect($0, names, path: path, text, (0..<40).map { evidence($0, path[0]) }) })
    board.post("critic", (1..<13).map { doubt($0, text) })
    board.post("remediation", (1..<30).map { remedy($0, names, text) })
    board.post(
      "supervisor", (0..<50).map { .diagnostic(Diagnostic(kind: .blindSpot, statement: "\($0): \(text)")) })
    return board
  }

  private static func context(_ row: Int, _ text: String) -> Contribution {
    .context(
      ContextNote(
        topic: .change, components: [], at: Timestamp.at("02:50:00").advanced(bySeconds: Double(row)),
        statement: "\(row): \(text)"))
  }

  private static func suspect(
    _ row: Int, _ names: [ComponentID], path: [ComponentID], _ text: String, _ evidence: [Evidence]
  ) -> Contribution {
    hypothesis(
      HypothesisID("H\(row + 1)"), row == 0 ? path[0] : names[row], .networkDelay, metric: nil,
      confidence: 0.6 / Double(row + 1), onset: .at("03:12:40"), statement: text, propagation: path,
      evidence: evidence)
  }

  private static func doubt(_ row: Int, _ text: String) -> Contribution {
    .critique(
      Critique(
        hypothesis: HypothesisID("H\(row)"), test: "moved-first", verdict: .weakens, oddsFactor: 0.99, statement: text))
  }

  private static func remedy(_ row: Int, _ names: [ComponentID], _ text: String) -> Contribution {
    .remediation(
      Remediation(
        id: RemediationID("R\(row)"), hypothesis: "H1", runbook: "a-runbook", title: text, steps: [], risk: .medium,
        blastRadius: names, isReversible: true, requiresApproval: true, expectedEffect: text, verification: text,
        reason: text))
  }
}
