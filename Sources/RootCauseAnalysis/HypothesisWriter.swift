import IncidentModel

/// Puts a fused total into a hypothesis: kind of fault, evidence, path to the symptom, and the sentence.
struct HypothesisWriter {
  let map: ServiceMap
  let symptom: ComponentID?
  private let lift: ReplicaLift
  private let load: LoadOrigin
  private let signalsByTarget: [ComponentID: [Signal]]
  /// Who waits for whom, of whose answers nothing is known.
  private let sufferers: [ComponentID: [ComponentID]]

  /// Evidence items shown with one hypothesis.
  private static let maximumEvidenceCount = 8
  private static let maximumEvidencePerChannel = 3

  init(
    signals: [Signal], map: ServiceMap, symptom: ComponentID?, lift: ReplicaLift,
    sufferers: [ComponentID: [ComponentID]] = [:]
  ) {
    self.sufferers = sufferers
    self.map = map
    self.symptom = symptom
    self.lift = lift
    load = LoadOrigin(signals: signals, map: map)
    signalsByTarget = Dictionary(grouping: signals) { lift.target($0.component) }
  }

  func hypothesis(_ total: Fusion.Total, number: Int, confidence: Double) -> Hypothesis {
    let component = map[total.component] ?? Component(id: total.component)
    let own = evidenceSignals(of: component)
    let typing = FaultTyping(
      own: own + consumption(ofCopiesOf: component), role: component.role, loadBeginsHere: load.begins(at: component.id)
    )
    let hit = hitReplicas(component, own)
    let telling = hit.count == 1 ? own.filter { !isOfSister($0, hit) } : own
    let suffered = sufferedSignals(from: component.id)
    let shown = evidence(telling + suffered, shares: total.shares, telling: TellingEvidence(typing))
    let dated = (own + suffered).filter { $0.channel != .change }
    let onset = dated.filter { $0.channel != .alert }.compactMap(\.onset).min() ?? dated.compactMap(\.onset).min()
    return Hypothesis(
      id: HypothesisID("H\(number)"), component: component.id, componentKind: component.kind,
      componentRole: component.role, metric: metric(shown), fault: typing.fault, cause: typing.cause, onset: onset,
      score: total.score.roundedToSignificantDigits(6),
      confidence: (confidence * 1000).rounded() / 1000,
      statement: statement(component, typing.fault, shown, own),
      propagation: propagation(from: component),
      channelShares: total.shares.map {
        Hypothesis.ChannelShare(channel: $0.channel, share: $0.share.roundedToSignificantDigits(6))
      },
      evidence: shown.map(\.evidence))
  }

  /// A node that shows nothing itself is blamed for what those on it complain about alike: that is its evidence.
  private func evidenceSignals(of component: Component) -> [Signal] {
    let own = signalsByTarget[component.id] ?? []
    guard component.kind == .node, own.isEmpty else { return own }
    let places = Set(map.components.filter { $0.runsOn == component.id }.flatMap { [$0.id, $0.instanceOf ?? $0.id] })
    let there = places.sorted().flatMap { signalsByTarget[$0] ?? [] }
    let complaints = there.filter { $0.channel == .logPattern || $0.channel == .resource }
    guard complaints.isEmpty else { return complaints }
    return there.filter {
      map[$0.component]?.runsOn == component.id && ($0.channel == .latencyExcess || $0.channel == .errorExcess)
    }
  }

  /// What those show who wait for somebody of whose answers nothing is known.
  private func sufferedSignals(from component: ComponentID) -> [Signal] {
    let channels: Set<SignalChannel> = [.latencyExcess, .errorExcess, .traceSelfTime, .traceErrors]
    return (sufferers[component] ?? []).flatMap { signalsByTarget[$0] ?? [] }.filter { channels.contains($0.channel) }
  }

  /// What copies of a service consume where they are suspects themselves: what one of them lacks, the service lacks.
  private func consumption(ofCopiesOf component: Component) -> [Signal] {
    map.replicas(of: component.id).filter { lift.target($0.id) != component.id }.flatMap {
      (signalsByTarget[$0.id] ?? []).filter { $0.channel == .resource }
    }
  }

  /// From the cause against the direction of calls to the symptom; a node begins with itself, then what it hosts.
  private func propagation(from component: Component) -> [ComponentID] {
    guard let symptom else { return [component.id] }
    let starts = map.anchors(of: symptom)
    let places = component.kind == .node ? map.anchors(of: component.id) : [component.id]
    var shortest: [ComponentID]?
    for start in starts.prefix(4) {
      for place in places.prefix(16) {
        guard let path = map.callPath(from: start, to: place) else { continue }
        if path.count < shortest?.count ?? .max { shortest = path }
      }
    }
    guard let shortest else { return [component.id] }
    return (component.kind == .node ? [component.id] : []) + shortest.reversed()
  }

  /// What shows the fault itself, then the strongest of each channel, channels in the order of what they gave to the
  /// score.
  private func evidence(
    _ own: [Signal], shares: [Hypothesis.ChannelShare], telling: TellingEvidence
  ) -> [Signal] {
    let order = shares.sorted { (-$0.share, $0.channel) < (-$1.share, $1.channel) }.map(\.channel)
    let rest = SignalChannel.allCases.sorted().filter { !order.contains($0) }
    func strongest(_ isMeant: (Signal) -> Bool) -> ArraySlice<Signal> {
      own.filter(isMeant).sorted {
        (-$0.strength, $0.component, $0.subject) < (-$1.strength, $1.component, $1.subject)
      }.prefix(Self.maximumEvidencePerChannel)
    }
    var shown = Array(strongest(telling.includes))
    for channel in order + rest { shown += strongest { $0.channel == channel && !telling.includes($0) } }
    return Array(shown.prefix(Self.maximumEvidenceCount))
  }

  private func metric(_ shown: [Signal]) -> String? {
    let metrics: Set<SignalChannel> = [.resource, .latencyExcess, .errorExcess, .serviceLevel, .traffic, .absence]
    return shown.first { metrics.contains($0.channel) }.map { "\($0.component)|\($0.subject)" }
  }

  private func statement(_ component: Component, _ fault: FaultKind, _ shown: [Signal], _ own: [Signal]) -> String {
    var text = "\(component.id) \(phrase(component.id, fault))"
    if let strongest = shown.first { text += ": \(strongest.evidence.statement)" } else { text += "." }
    return text + replicas(component, hitReplicas(component, own))
  }

  /// The replicas that show a fault, and not merely what follows from a sister's: what one no longer takes the others get,
  /// and whoever waits for one waits longer at all. Of what has a size, half of the largest counts.
  private func hitReplicas(_ component: Component, _ own: [Signal]) -> [ComponentID] {
    let replicas = map.replicas(of: component.id).map(\.id)
    let isNone: Set<SignalChannel> = [.change, .alert, .traffic]
    let telling = own.filter { replicas.contains($0.component) && !isNone.contains($0.channel) }
    let most = telling.compactMap(\.size).max() ?? 0
    let hit = Set(telling.filter { $0.size.map { $0 >= 0.5 * most } ?? true }.map(\.component))
    return replicas.filter(hit.contains)
  }

  /// Whether this was seen at a replica that is not one of those.
  private func isOfSister(_ signal: Signal, _ hit: [ComponentID]) -> Bool {
    map[signal.component]?.instanceOf != nil && !hit.contains(signal.component)
  }

  /// Which replicas show it, where others do not; empty where all do or where there is but one.
  private func replicas(_ component: Component, _ hit: [ComponentID]) -> String {
    let all = map.replicas(of: component.id)
    guard !hit.isEmpty, hit.count < all.count else { return "" }
    guard let only = hit.first, hit.count == 1 else {
      return hit.count > 3
        ? "" : " Of its \(all.count) replicas only \(hit.map(\.rawValue).joined(separator: ", ")) show it."
    }
    return " Only its replica \(only) shows it, of \(all.count)."
  }

  private func phrase(_ component: ComponentID, _ fault: FaultKind) -> String {
    guard fault == .unknown, let sufferers = sufferers[component] else { return Self.phrase(fault) }
    let names = sufferers.prefix(3).map(\.rawValue).joined(separator: ", ")
    return "is what \(names)\(sufferers.count > 3 ? " and others" : "") wait for alike, and nobody measures its answers"
  }

  private static func phrase(_ fault: FaultKind) -> String {
    switch fault {
    case .cpu: "is short of processor time"
    case .memory: "is short of memory"
    case .disk: "is held up by its disk"
    case .networkDelay: "answers late"
    case .networkLoss: "loses packets"
    case .code: "misbehaves"
    case .config: "was given a configuration that does not work"
    case .dependency: "fails as an outside dependency"
    case .traffic: "receives more load than usual"
    case .certificate: "has a certificate that is no longer valid"
    case .unknown: "departs from normal first"
    }
  }
}
