import IncidentModel

/// A standard procedure for one family of faults: readable by people first, checked strictly when read.
///
/// Texts may hold `{{blanks}}`, each the name of an input; `RunbookBinding` fills them.
package struct Runbook: Hashable, Sendable {
  /// The file's name without `.yaml`; lower case, digits and hyphens.
  package var name: String
  /// What it does, in the imperative.
  package var title: String
  /// What it is for, and what it is not for.
  package var purpose: String
  /// The team that answers for it.
  package var owner: String
  package var appliesTo: Applicability
  /// The kinds of change that its steps take back; empty where it takes none back.
  package var undoes: [ChangeKind]
  package var inputs: [Input]
  /// What must hold before the first step, in order.
  package var preconditions: [Check]
  package var steps: [Step]
  package var expectedEffect: String
  /// What shows that it helped, and by when.
  package var verification: Check
  package var blastRadius: BlastRadius
  package var risk: Remediation.Risk
  /// True when every step that changes something can be taken back.
  package var isReversible: Bool
  package var approvals: Approvals
  /// The role that one of those who agree must have; nil where any approver will do.
  package var approverRole: String?
  /// How many runs of it may be under way at once, wherever.
  package var concurrency: Int
  /// After a run, how long the component is left alone.
  package var cooldownSeconds: Int
  /// When it may run; empty for always.
  package var changeWindows: [WeeklyWindow]
  /// `sha256:<hex>` of the file's bytes: an approval is for a digest.
  package var digest: String

  /// Which hypotheses it is offered for: those of a cause that is listed; or, where none is listed, those for which
  /// each of the other lists has a match.
  package struct Applicability: Hashable, Sendable {
    /// Slugs, as `Hypothesis.cause` has them. With causes the other lists are empty.
    package var causes: [String] = []
    package var faults: [FaultKind]
    package var roles: [ComponentRole]
    package var kinds: [ComponentKind]
    /// Words of the series that it is made for, as `filesystem`; empty where any series will do.
    package var metrics: [String] = []
    /// The hypothesis must be at least this probable, 0…1.
    package var minimumConfidence: Double
  }

  /// A query in words and as an expression: words for the person who decides, the expression for the machine.
  package struct Check: Hashable, Sendable, Codable {
    /// What must be true, in one sentence.
    package var says: String
    package var query: String
    /// How long it may take to become true; nil for a precondition, which holds now or does not.
    package var withinSeconds: Int?
    /// Of a verification: what returns something exactly when things have become worse.
    package var worse: String?
  }

  package enum ChangeKind: String, Hashable, Sendable, CaseIterable { case deploy, config, flag, scale, infra }

  /// Whom the steps may disturb besides the component that they are for.
  package enum BlastRadius: String, Hashable, Sendable, CaseIterable {
    case component
    /// The component and those that call it directly.
    case callers
    /// The node and everything that runs on it.
    case node
  }

  /// How many people must agree before the first step.
  package enum Approvals: String, Hashable, Sendable, CaseIterable { case none, one, two }
}

extension Runbook {
  /// The kinds of change that its steps take back: as it says, and as its inputs ask what was before.
  var undoneChanges: Set<String> { Set(undoes.map(\.rawValue) + inputs.flatMap(\.source.changeKinds)) }

  /// A value that is filled into the texts.
  package struct Input: Hashable, Sendable {
    package var name: String
    package var type: InputType
    package var source: InputSource
    /// Used where the source has no value.
    package var fallback: String?
    /// The only values that are taken; empty where any of the type is.
    package var choices: [String] = []
    /// Of a number; in its own unit.
    package var minimum: Double?
    package var maximum: Double?
  }

  package enum InputType: String, Hashable, Sendable, CaseIterable {
    case component, time, version, metric, number, text
  }

  /// Where an input's value comes from.
  package enum InputSource: String, Hashable, Sendable, CaseIterable {
    case component = "finding.component"
    /// The service that an instance is a replica of; the component itself where it is no instance.
    case service = "finding.service"
    case node = "finding.node"
    /// The one of several replicas that the finding's evidence is about, without the service's name.
    case instance = "finding.instance"
    case onset = "finding.onset"
    /// Of the object that has to be changed, where the finding names one.
    case namespace = "finding.namespace"
    case kind = "finding.kind"
    case name = "finding.name"
    case container = "finding.container"
    case value = "finding.value"
    case metric = "finding.metric"
    /// What ran before the deploy that the finding cites.
    case previousVersion = "finding.previousVersion"
    /// What was set before the configuration or flag change that the finding cites.
    case previousValue = "finding.previousValue"
    /// Asked of the person who approves.
    case reviewer

    /// The kinds of change that it goes back behind; empty for a source that is about no change.
    var changeKinds: [String] {
      switch self {
      case .previousVersion: ["deploy"]
      case .previousValue: ["config", "flag"]
      case .component, .service, .node, .instance, .onset, .metric, .namespace, .kind, .name, .container, .value,
        .reviewer:
        []
      }
    }

    /// The only type that this source can give; nil for the reviewer, who may give any.
    package var type: InputType? {
      switch self {
      case .component, .service, .node: .component
      case .onset: .time
      case .metric: .metric
      case .previousVersion, .previousValue: .version
      case .instance, .namespace, .kind, .name, .container, .value: .text
      case .reviewer: nil
      }
    }
  }
}
