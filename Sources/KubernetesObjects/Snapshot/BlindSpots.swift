extension ClusterSnapshot {
  /// What was left out and what that costs, in full sentences.
  package var blindSpots: [String] {
    var sentences: [String] = []
    if !notes.unknownKinds.isEmpty {
      let total = notes.unknownKinds.values.reduce(0, +)
      let shown = notes.unknownKinds.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.prefix(4)
        .map { "\($0.key) (\($0.value))" }
      let more = notes.unknownKinds.count > shown.count ? " and others" : ""
      sentences.append(
        "\(total) objects of kinds that are not read were passed over: \(shown.joined(separator: ", "))\(more).")
    }
    if notes.badQuantityCount > 0 {
      let shown = notes.badQuantities.map { "“\($0)”" }.joined(separator: ", ")
      sentences.append(
        "\(notes.badQuantityCount) quantities are none that Kubernetes has (\(shown)) and were left out.")
    }
    if notes.mistypedCount > 0 {
      sentences.append(
        "\(notes.mistypedCount) values of objects have another type than the API gives them and were left out.")
    }
    if notes.namelessCount > 0 { sentences.append("\(notes.namelessCount) objects without a name were left out.") }
    if notes.duplicateCount > 0 {
      sentences.append("\(notes.duplicateCount) objects came more than once; the latest version of each was kept.")
    }
    if notes.foreignFileCount > 0 {
      sentences.append("\(notes.foreignFileCount) files beside the objects hold none and were passed over.")
    }
    if sharedUIDCount > 0 {
      sentences.append("\(sharedUIDCount) pods share their uid with another; they are told apart by name.")
    }
    if events.forgottenCount > 0 {
      sentences.append(
        "\(events.forgottenCount) of the oldest events were left out; the limit is \(EventLog.maximumCount).")
    }
    let withoutStatus = pods.values.count { !$0.hasStatus } + nodes.values.count { !$0.hasStatus }
    if withoutStatus > 0 {
      sentences.append("\(withoutStatus) pods or nodes have no status, so that their state is unknown.")
    }
    for (kind, cost) in Self.costs where !knows(kind) { sentences.append("No \(kind.resource) were read: \(cost).") }
    return sentences
  }

  private static let costs: [(ObjectKind, String)] = [
    (.pod, "nothing can be said about start-up, scheduling and probes"),
    (.event, "the kubelet's and the controllers' own words are missing"),
    (.node, "scheduling cannot be checked"),
    (.service, "traffic cannot be checked"),
  ]

  private var sharedUIDCount: Int {
    var seen: Set<String> = []
    return pods.values.count { !$0.metadata.uid.isEmpty && !seen.insert($0.metadata.uid).inserted }
  }
}
