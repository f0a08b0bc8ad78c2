import IncidentModel
import Telemetry

/// A simulated incident, or a quiet window that looks like one: telemetry, and beside it what really happened.
package struct SimulatedCase: Sendable {
  /// Says nothing about the fault: the system's name and a number.
  package var id: String
  package var window: TelemetryWindow
  package var truth: Truth

  package struct Truth: Hashable, Sendable {
    /// Nil in a healthy case.
    package var fault: Fault?

    package struct Fault: Hashable, Sendable {
      package var component: ComponentID
      /// The service of which `component` is a copy.
      package var service: ComponentID?
      package var metric: String?
      package var kind: FaultKind
      package var startedAt: Timestamp
      /// The mechanism that was simulated, for a person who reads the file.
      package var mechanism: String
    }
  }
}

/// Makes the cases of one set of options, each by itself and in any order.
package struct IncidentSimulation: Sendable {
  package let options: SimulationOptions
  private let systems: [SimulatedSystem]
  private let plan: [PlannedCase]

  private struct PlannedCase {
    var system: Int
    var number: Int
    var mechanism: SimulatedFault.Mechanism?
    var seed: UInt64
  }

  package init(_ options: SimulationOptions) throws(SimulationOptions.RangeError) {
    try options.check()
    self.options = options
    systems = (0..<options.systems).map { number in
      let base = SystemNames.systems[number % SystemNames.systems.count]
      let name = number < SystemNames.systems.count ? base : "\(base)-\(number / SystemNames.systems.count + 1)"
      var random = SeededRandom(seed: options.seed, purpose: "system \(number)")
      return .generate(name: name, seed: random.next(), services: options.services)
    }
    plan = Self.plan(options)
  }

  package var caseCount: Int { plan.count }

  /// Deals the mechanisms out evenly, then mixes faulty and healthy cases, so that a case's place says nothing.
  private static func plan(_ options: SimulationOptions) -> [PlannedCase] {
    var random = SeededRandom(seed: options.seed, purpose: "plan")
    var mechanisms: [SimulatedFault.Mechanism?] = []
    while mechanisms.count < options.cases {
      mechanisms += random.shuffled(SimulatedFault.Mechanism.allCases.map { Optional($0) })
    }
    mechanisms =
      Array(mechanisms.prefix(options.cases)) + [SimulatedFault.Mechanism?](repeating: nil, count: options.healthy)
    var numbers = [Int](repeating: 0, count: options.systems)
    let dealt = mechanisms.enumerated().map { (system: $0.offset % options.systems, mechanism: $0.element) }
    return random.shuffled(dealt).map { one in
      numbers[one.system] += 1
      return PlannedCase(
        system: one.system, number: numbers[one.system], mechanism: one.mechanism, seed: random.next())
    }.sorted { ($0.system, $0.number) < ($1.system, $1.number) }
  }

  /// The case at a position below `caseCount`.
  package func makeCase(_ position: Int) -> SimulatedCase {
    let planned = plan[position]
    let system = systems[planned.system]
    var random = SeededRandom(seed: planned.seed, purpose: "case")
    // A Monday in March, and some day and hour of the four weeks after it.
    let start = Timestamp(nanoseconds: 1_772_409_600_000_000_000)
      .advanced(bySeconds: Double(random.index(below: 28 * 24 * 12)) * 300)
    var draft = draft(planned, system: system, start: start, random: &random)
    // A fault that nobody notices is no incident: it grows, and where that does not help it strikes elsewhere.
    for attempt in 1..<40 where planned.mechanism != nil && !draft.isNoticed {
      if attempt % 5 == 0 {
        draft = self.draft(planned, system: system, start: start, random: &random)
      } else if var fault = draft.history.fault {
        fault.strength *= 1.6
        draft = SimulatedDraft(history(planned, fault: fault, decoys: draft.history.decoys, start: start))
      }
    }
    return draft.finished(number: planned.number, options: options, random: &random)
  }

  private func draft(
    _ planned: PlannedCase, system: SimulatedSystem, start: Timestamp, random: inout SeededRandom
  ) -> SimulatedDraft {
    let windowSeconds = Double(options.tickCount * options.stepSeconds)
    let fault = planned.mechanism.flatMap {
      SimulatedFault.choose($0, in: system, windowSeconds: windowSeconds, random: &random)
    }
    let sparing = Set(fault.map { Array($0.affectedShares(in: system).keys) } ?? [])
    let decoys = SimulatedDecoys.choose(
      in: system, windowSeconds: windowSeconds, ticks: options.tickCount,
      focusSeconds: fault?.onsetSeconds ?? windowSeconds * random.uniform(0.4, 0.8), sparing: sparing,
      isHealthy: fault == nil, random: &random)
    return SimulatedDraft(history(planned, fault: fault, decoys: decoys, start: start))
  }

  private func history(
    _ planned: PlannedCase, fault: SimulatedFault?, decoys: SimulatedDecoys, start: Timestamp
  ) -> SystemHistory {
    SystemHistory(
      system: systems[planned.system], fault: fault, decoys: decoys, start: start, ticks: options.tickCount,
      stepSeconds: Double(options.stepSeconds), seed: planned.seed)
  }
}
