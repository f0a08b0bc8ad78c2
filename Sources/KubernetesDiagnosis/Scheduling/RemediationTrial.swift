import KubernetesObjects

/// Tries what commands would change on a pod that waits for a node, before anybody is told to give them.
///
/// It reads `kubectl` argument vectors: what they do to nodes and to the pod's template is done to a copy, and the
/// filters of the scheduler are run on it. Where a vector still has blanks (`<node>`), any single change of that kind
/// that lets the pod fit will do.
package struct RemediationTrial: Sendable {
  package enum Outcome: Hashable, Sendable {
    /// With a node that would take the pod then.
    case fits(node: String)
    case doesNotFit
    /// None of the commands changes what decides where a pod may go.
    case nothingTried
  }

  private let view: ClusterView

  package init(_ view: ClusterView) { self.view = view }

  /// - Parameters:
  ///   - commands: what would be run, one vector a step.
  ///   - finding: of the rules on scheduling; others have no pod that waits.
  package func outcome(of commands: [[String]], for finding: KubernetesFinding) -> Outcome {
    guard let name = finding.waitingPod, let pod = view.snapshot.pods[name] else { return .nothingTried }
    let simulation = SchedulingSimulation(view)
    var wasTried = false
    for command in commands where command.first == "kubectl" && !command.contains("--dry-run=server") {
      guard let changes = changes(Array(command.dropFirst()), pod, finding) else { continue }
      wasTried = true
      for change in changes {
        let explanation = simulation.whatIf(change, pod)
        if explanation.precondition == nil, let node = explanation.fittingNodes.first { return .fits(node: node) }
      }
    }
    return wasTried ? .doesNotFit : .nothingTried
  }

  /// The changes that a command may stand for; nil for one that only looks, or that scheduling has nothing to do with.
  private func changes(_ words: [String], _ pod: Pod, _ finding: KubernetesFinding) -> [SchedulingChange]? {
    let tried = finding.remedies ?? []
    switch words.prefix(2).joined(separator: " ") {
    case let text where text.hasPrefix("uncordon"):
      guard let node = words.dropFirst().first, !node.isOpen else { return tried.filter(\.isUncordon) }
      return [.uncordon(node: node)]
    case "taint nodes", "taint node":
      guard words.count >= 4, !words[2].isOpen, !words[3].isOpen else { return tried.filter(\.isTaint) }
      return taints(words[3], on: words[2]).map { SchedulingChange.removeTaint($0, node: words[2]) }
    case let text where text.hasPrefix("patch"):
      guard words.contains(where: { $0.contains("\"tolerations\"") }) else { return nil }
      return tried.filter(\.isToleration)
    case "set resources":
      return words.contains { $0.hasPrefix("--requests") } ? tried.filter(\.isRequest) : nil
    case "rollout undo":
      return earlierTemplates(words.count > 2 ? words[2] : "", pod).map { SchedulingChange.useTemplate($0) }
    default: return nil
    }
  }

  /// `key=value:Effect-`, `key:Effect-` or `key-`, as `kubectl taint` takes them off.
  private func taints(_ text: String, on node: String) -> [Taint] {
    guard text.hasSuffix("-") else { return [] }
    let named = text.dropLast()
    return (view.snapshot.nodes[ObjectName(node, in: "")]?.taints ?? []).filter {
      "\($0)" == named || "\($0.key):\($0.effect)" == named || $0.key == named
    }
  }

  /// What `kubectl rollout undo` goes back to: the newest replica set that is not the pod's own. Without one there is
  /// nothing to go back to, and the command fails.
  private func earlierTemplates(_ object: String, _ pod: Pod) -> [PodSpec] {
    guard let workload = view.workload(of: pod), object.isOpen || object == "\(workload.reference)" else { return [] }
    let own = pod.metadata.controller?.name
    return view.replicaSets(of: workload).filter { $0.name != own }.prefix(1).map(\.template)
  }
}

extension String {
  /// A blank that a person has to fill in.
  fileprivate var isOpen: Bool { contains("<") && contains(">") }
}

extension SchedulingChange {
  fileprivate var isUncordon: Bool { if case .uncordon = self { true } else { false } }
  fileprivate var isTaint: Bool { if case .removeTaint = self { true } else { false } }
  fileprivate var isToleration: Bool { if case .addToleration = self { true } else { false } }
  fileprivate var isRequest: Bool { if case .lowerRequest = self { true } else { false } }
}
