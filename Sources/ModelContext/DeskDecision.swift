import TextReading

/// What an alert desk makes of one alert as it stands now: the rules it meets in order, and what would have changed it.
package struct DeskDecision: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    package var stage: String
    /// Whether this keeps the alert from paging.
    package var isStopping: Bool
    package var statement: String
    /// As the policy has it.
    package var rule: String?

    package init(stage: String, isStopping: Bool, statement: String, rule: String?) {
      self.stage = stage
      self.isStopping = isStopping
      self.statement = statement
      self.rule = rule
    }
  }

  package var fingerprint: String
  package var alert: String
  package var steps: [Step]
  package var counterfactuals: [String]

  package init(fingerprint: String, alert: String, steps: [Step], counterfactuals: [String]) {
    self.fingerprint = fingerprint
    self.alert = alert
    self.steps = steps
    self.counterfactuals = counterfactuals
  }

  var lines: [String] {
    ["- \(IncidentWording.line(alert, 200)) (\(fingerprint)):"]
      + steps.map { step in
        let rule = step.rule.map { ", by \(IncidentWording.line($0, 300))" } ?? ""
        return
          "  \(step.stage)\(step.isStopping ? ", which stops it" : ""): \(IncidentWording.line(step.statement))\(rule)"
      } + counterfactuals.map { "  \(IncidentWording.line($0))" }
  }

  var json: JSONValue {
    [
      "fingerprint": .string(fingerprint), "alert": .string(alert),
      "steps": .array(
        steps.map {
          [
            "stage": .string($0.stage), "isStopping": .bool($0.isStopping), "statement": .string($0.statement),
            "rule": $0.rule.map { .string($0) } ?? .null,
          ]
        }), "counterfactuals": .array(counterfactuals.map { .string($0) }),
    ]
  }
}

/// Where decisions come from: those about the alerts of an incident; none where no desk knows it.
package typealias DeskDecisions = @Sendable (_ incident: String) async throws -> [DeskDecision]
