import IncidentModel

/// What a policy switches on beyond Alertmanager; nothing of it unless it is written. Durations are nanoseconds.
package struct DeskRules: Hashable, Sendable {
  /// Alerts from several sources with the same values of these labels are one.
  package struct Deduplication: Hashable, Sendable {
    package var matchers: [Matcher]
    package var by: [String]
    package var place: RulePlace
  }

  /// An alert that begins so often within a time is held until it has not begun again for a while.
  package struct Flapping: Hashable, Sendable {
    package var matchers: [Matcher]
    package var starts: Int
    package var within: Int64
    package var hold: Int64
    package var place: RulePlace
  }

  /// Alerts become one incident when they begin near in time and near in the service map.
  package struct Correlation: Hashable, Sendable {
    static let standardLabels = ["component", "service", "job", "pod", "instance"]

    /// Where the service map is, in the case format's `topology.yaml`.
    package var topology: String?
    /// Labels that may name the component, the first that does so counts.
    package var labels: [String]
    package var within: Int64
    package var hops: Int
    package var place: RulePlace
  }

  /// More than so many alerts within a time are a storm, which is over after a calm.
  package struct Storm: Hashable, Sendable {
    package var alerts: Int
    package var within: Int64
    package var calm: Int64
    package var place: RulePlace
  }

  /// Who is told as well of what nobody acknowledged in time.
  package struct Escalation: Hashable, Sendable {
    package var matchers: [Matcher]
    package var after: Int64
    package var receiver: String
    /// Time intervals in which it applies; always where there is none.
    package var during: [String]
    package var place: RulePlace
  }

  /// How many pages a receiver gets within a time, but for what matches `except`.
  package struct PageBudget: Hashable, Sendable {
    package var receiver: String
    package var pages: Int
    package var within: Int64
    package var except: [Matcher]
    package var place: RulePlace
  }

  /// Who is told as well when one of these components is the suspected cause.
  package struct Owner: Hashable, Sendable {
    package var components: [ComponentID]
    package var receiver: String
    package var place: RulePlace
  }

  /// Where messages to a receiver are written as well, one a line.
  package struct MessageFile: Hashable, Sendable {
    package var receiver: String
    package var path: String
  }

  /// Which variable of the environment has a setting of a receiver, so that no file has it.
  package struct SecretVariable: Hashable, Sendable {
    package var receiver: String
    package var setting: String
    package var variable: String
  }

  /// Which label tells how bad an alert is, and its values, the worst first.
  package struct SeverityOrder: Hashable, Sendable {
    package var label = "severity"
    package var order = ["critical", "error", "warning", "info"]

    /// From 0, the worst; a value that is not in the order is below all that are.
    package func rank(of labels: LabelSet) -> Int {
      let value = labels[label]
      return order.firstIndex(of: value) ?? order.count
    }
  }

  package var file = ""
  package var deduplication: [Deduplication] = []
  package var flapping: [Flapping] = []
  package var correlation: Correlation?
  package var storm: Storm?
  package var escalation: [Escalation] = []
  package var budgets: [PageBudget] = []
  package var owners: [Owner] = []
  package var files: [MessageFile] = []
  package var environment: [SecretVariable] = []
  package var severity = SeverityOrder()
  package var serviceLevels: [ServiceLevel] = []
  /// The label whose value names the rule an alert comes from; nil where no noise is scored.
  package var noiseLabel: String?

  package init() {}

  /// The keys that are written, in words for people.
  package var switchedOn: [String] {
    [
      (deduplication.isEmpty, "deduplication"), (flapping.isEmpty, "flapping"), (correlation == nil, "correlation"),
      (storm == nil, "storm"), (escalation.isEmpty, "escalation"), (budgets.isEmpty, "budgets"),
      (owners.isEmpty, "owners"), (serviceLevels.isEmpty, "slos"), (noiseLabel == nil, "noise"),
      (files.isEmpty, "files"),
    ].filter { !$0.0 }.map(\.1)
  }
}
