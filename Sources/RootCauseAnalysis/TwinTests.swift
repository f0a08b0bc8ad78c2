import IncidentModel

/// Compares a suspect with what is like it in all but one respect: its other replicas, what runs on the same host, and
/// what was given the same release. Where the twin is well, the fault lies in the respect in which they differ.
enum TwinTests {
  static func critiques(of hypothesis: Hypothesis, _ view: CausalView) -> [Critique] {
    [replicas(hypothesis, view), host(hypothesis, view), release(hypothesis, view)].compactMap { $0 }
  }

  /// Replicas of one service share its code and configuration: where only some are hit, the fault is theirs alone.
  private static func replicas(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    let twins = view.replicas(of: hypothesis.component)
    guard twins.count > 1 else { return nil }
    let hit = twins.filter(view.moved)
    guard !hit.isEmpty, hit.count < twins.count else { return nil }
    let names = hit.prefix(3).map(\.rawValue).joined(separator: ", ")
    let isCommon = hypothesis.fault == .code || hypothesis.fault == .config || hypothesis.fault == .certificate
    let text =
      "\(hit.count) of \(twins.count) replicas of \(hypothesis.component) are hit (\(names)), the others are not"
    return Critique(
      hypothesis: hypothesis.id, test: "unaffected-twin", verdict: isCommon ? .weakens : .supports,
      oddsFactor: isCommon ? 0.9 : 1.05,
      statement: isCommon
        ? "\(text), although they run the same code and configuration." : "\(text): the fault is local to them.")
  }

  /// Who shares a host shares its processor, memory and disk: where the neighbours run short as well, it is the host.
  private static func host(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    let service = hypothesis.component
    guard hypothesis.componentKind != .node, let resource = hypothesis.fault.resource else { return nil }
    let places = view.replicas(of: service).filter(view.moved) + [service]
    let nodes = Set(places.flatMap(view.hosts)).sorted()
    let neighbours = nodes.flatMap { view.neighbours(on: $0, of: service) }
    guard neighbours.count > 1, let node = nodes.first else { return nil }
    let hit = neighbours.filter { view.usesMore($0, resource) }
    let place = nodes.count == 1 ? "\(node)" : "the same hosts"
    let counted =
      "\(hit.count) of \(neighbours.count) neighbours of \(service) on \(place) use more \(resource.rawValue)"
    if 2 * hit.count > neighbours.count {
      return Critique(
        hypothesis: hypothesis.id, test: "neighbour-on-host", verdict: .weakens, oddsFactor: 0.8,
        statement: "\(counted) than usual: it may be the host's trouble, not its own.")
    }
    return Critique(
      hypothesis: hypothesis.id, test: "neighbour-on-host", verdict: hit.isEmpty ? .supports : .inconclusive,
      oddsFactor: 1,
      statement: hit.isEmpty
        ? "None of its \(neighbours.count) neighbours on \(place) uses more \(resource.rawValue) than usual: it is not "
          + "the host's trouble." : "\(counted) than usual.")
  }

  /// What was given the same release should suffer from it as well.
  private static func release(_ hypothesis: Hypothesis, _ view: CausalView) -> Critique? {
    guard hypothesis.cause == "faulty-release" else { return nil }
    let own = Set(view.releases.filter { $0.component == hypothesis.component }.map(\.version))
    let twins = Set(
      view.releases.filter { own.contains($0.version) && $0.component != hypothesis.component }.map(\.component)
    ).sorted()
    guard !twins.isEmpty else { return nil }
    let well = twins.filter { view.firstMove(of: $0) == nil }
    let names = (well.isEmpty ? twins : well).prefix(3).map(\.rawValue).joined(separator: ", ")
    return Critique(
      hypothesis: hypothesis.id, test: "same-release", verdict: well.isEmpty ? .supports : .weakens,
      oddsFactor: well.isEmpty ? 1.05 : 0.9,
      statement: well.isEmpty
        ? "\(names) was given the same release and is hit as well."
        : "\(names) was given the same release and nothing is unusual there.")
  }
}
