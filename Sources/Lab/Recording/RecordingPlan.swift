import Shop

/// Which faults are recorded, where, in which order and with what beside them; the same seed gives the same plan.
package struct RecordingPlan: Sendable {
  package var cases: [PlannedCase]

  package struct PlannedCase: Sendable, Hashable {
    /// Says nothing of the fault.
    package var id: String
    /// Nil for a quiet window.
    package var fault: String?
    package var target: String?
    /// How long the shop runs before the injection.
    package var beforeSeconds: Double
    package var faultSeconds: Double
    package var decoys: [Decoy]
  }

  /// What happens beside, and is not the cause.
  package struct Decoy: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case release, standingAlert, busyMinute }

    package var kind: Kind
    package var component: String
    /// From the start of the case.
    package var seconds: Double
  }

  /// Deals the faults out evenly and each fault's targets in turn, then mixes quiet windows in.
  package init(
    seed: UInt64, cases count: Int, healthy: Int, faults: [Fault] = Fault.all, beforeSeconds: Double = 90
  ) {
    var random = QuickRandom(seed: seed)
    var dealt: [(fault: Fault, target: String)?] = []
    var round = 0
    let turn = random.index(below: 60)
    while dealt.count < count, !faults.isEmpty {
      for fault in Self.shuffled(faults, &random) where dealt.count < count {
        dealt.append((fault, fault.targets[(turn + round) % fault.targets.count]))
      }
      round += 1
    }
    for _ in 0..<max(0, healthy) { dealt.append(nil) }
    cases = Self.shuffled(dealt, &random).enumerated().map { place, one in
      let before = beforeSeconds * (1 + 0.3 * random.unit())
      return PlannedCase(
        id: "shop-\(String("000\(place + 1)".suffix(3)))", fault: one.map(\.fault.name), target: one.map(\.target),
        beforeSeconds: before, faultSeconds: one.map(\.fault.seconds) ?? 60,
        decoys: Self.decoys(sparing: one.map(\.target), beforeSeconds: before, &random))
    }
  }

  private static func decoys(sparing target: String?, beforeSeconds: Double, _ random: inout QuickRandom) -> [Decoy] {
    var decoys: [Decoy] = []
    let services: [String] = ["catalogue", "cart", "checkout", "payment", "inventory"].filter { $0 != target }
    if random.unit() < 0.45 {
      decoys.append(
        Decoy(
          kind: .release, component: services[random.index(below: services.count)],
          seconds: beforeSeconds * (0.5 + 0.45 * random.unit())))
    }
    if random.unit() < 0.35 {
      let place = ["postgres", "redis", "host"][random.index(below: 3)]
      decoys.append(Decoy(kind: .standingAlert, component: place, seconds: 0))
    }
    if random.unit() < 0.25 {
      decoys.append(Decoy(kind: .busyMinute, component: "nginx", seconds: beforeSeconds * 0.6 * random.unit()))
    }
    return decoys
  }

  private static func shuffled<Element>(_ elements: [Element], _ random: inout QuickRandom) -> [Element] {
    var result = elements
    for place in result.indices.dropFirst() { result.swapAt(place, random.index(below: place + 1)) }
    return result
  }
}
