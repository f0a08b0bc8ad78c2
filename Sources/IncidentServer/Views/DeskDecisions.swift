import ModelContext

extension ServerQueries {
  /// What the desk makes of the alerts of an incident, those that fire first.
  var deskDecisions: DeskDecisions {
    { [incident, explanation] id in
      let alerts = (try await incident(id)?.alerts ?? []).sorted {
        ($0.state.rawValue, $0.startsAt, $0.fingerprint) < ($1.state.rawValue, $1.startsAt, $1.fingerprint)
      }
      var decisions: [DeskDecision] = []
      for alert in alerts {
        guard let view = try await explanation(alert.fingerprint) else { continue }
        decisions.append(
          DeskDecision(
            fingerprint: alert.fingerprint, alert: alert.name,
            steps: view.steps.map {
              DeskDecision.Step(
                stage: $0.stage, isStopping: $0.isStopping, statement: $0.statement, rule: $0.rule)
            }, counterfactuals: view.counterfactuals))
      }
      return decisions
    }
  }
}
