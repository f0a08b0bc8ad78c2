import IncidentModel

/// What came of runbooks before: by runbook, kind of fault and component. Old outcomes count for less.
package struct OutcomeMemory: Hashable, Sendable {
  package private(set) var trials: [Trial] = []
  package private(set) var rejections: [RejectedAdvice] = []

  package struct Trial: Hashable, Sendable {
    package var runbook: String
    package var fault: FaultKind
    package var component: ComponentID
    package var at: Timestamp
    package var helped: Bool
    /// From the last step to the effect.
    package var seconds: Double?
    /// Why not; empty where it helped.
    package var why: String
  }

  package struct RejectedAdvice: Hashable, Sendable {
    package var runbook: String
    package var fault: FaultKind
    package var component: ComponentID
    package var at: Timestamp
    package var rejection: Rejection
  }

  package init() {}

  package var isEmpty: Bool { trials.isEmpty && rejections.isEmpty }

  /// What was known then.
  func until(_ moment: Timestamp) -> OutcomeMemory {
    var memory = self
    memory.trials.removeAll { $0.at > moment }
    memory.rejections.removeAll { $0.at > moment }
    return memory
  }

  /// What could not be verified is no try: it says nothing about the runbook.
  mutating func note(_ verification: Verification, of record: RemediationRecord, at moment: Timestamp) {
    guard verification.outcome != .unknown else { return }
    let helped = verification.outcome == .helped
    add(record, helped: helped, seconds: verification.seconds, why: helped ? "" : verification.says, at: moment)
  }

  mutating func note(_ ending: RunEnding, of record: RemediationRecord, at moment: Timestamp) {
    if case .failed(let why) = ending { add(record, helped: false, seconds: nil, why: why, at: moment) }
  }

  mutating func note(_ rejection: Rejection, of proposal: Proposal, at moment: Timestamp) {
    rejections.append(
      RejectedAdvice(
        runbook: proposal.plan.runbook, fault: proposal.fault, component: proposal.component, at: moment,
        rejection: rejection))
  }

  private mutating func add(
    _ record: RemediationRecord, helped: Bool, seconds: Double?, why: String, at moment: Timestamp
  ) {
    trials.append(
      Trial(
        runbook: record.proposal.plan.runbook, fault: record.proposal.fault, component: record.proposal.component,
        at: moment, helped: helped, seconds: seconds, why: why))
  }
}

/// How a runbook has done, with how sure that is.
package struct TrackRecord: Hashable, Sendable {
  /// Sums of weights: a try counts 1 when it is new and half after `halfLifeSeconds`.
  package var tried = 0.0
  package var helped = 0.0
  /// As counted, without decay.
  package var tryCount = 0
  package var helpedCount = 0
  package var medianSeconds: Double?
  package var lastFailure: OutcomeMemory.Trial?

  package static let halfLifeSeconds = 90.0 * 86_400
  /// A rejection lowers for so long.
  package static let rejectionSeconds = 30.0 * 86_400

  /// Of the success rate.
  package var interval: ClosedRange<Double> { WilsonInterval.ofRate(helped, of: tried) }

  /// In words; nil where nothing was tried.
  package var sentence: String? {
    guard tryCount > 0 else { return nil }
    let interval = interval
    var text =
      "Tried \(tryCount) time\(tryCount == 1 ? "" : "s"), helped \(helpedCount); with age, between "
      + "\(percent(interval.lowerBound)) and \(percent(interval.upperBound)) likely to help."
    if let medianSeconds { text += " Usually after \(Int(medianSeconds.rounded())) s." }
    if let lastFailure { text += " Last failure \(lastFailure.at) at \(lastFailure.component): \(lastFailure.why)" }
    return text
  }
}

/// How far off a rate may be that was counted in a few tries.
package enum WilsonInterval {
  /// Wilson's score interval at 95 % (E. B. Wilson, Probable inference, the law of succession, and statistical inference,
  /// JASA 22, 1927); 0…1 where nothing was tried.
  package static func ofRate(_ successes: Double, of tries: Double) -> ClosedRange<Double> {
    guard tries > 0 else { return 0...1 }
    let z = 1.96
    let rate = successes / tries
    let scale = 1 + z * z / tries
    let centre = (rate + z * z / (2 * tries)) / scale
    let half = z / scale * (rate * (1 - rate) / tries + z * z / (4 * tries * tries)).squareRoot()
    let low = (centre - half).clamped(to: 0...1)
    return low...max(low, (centre + half).clamped(to: 0...1))
  }
}

extension OutcomeMemory {
  /// Of a runbook for one kind of fault, at one component or anywhere.
  package func record(
    runbook: String, fault: FaultKind, component: ComponentID? = nil, at now: Timestamp
  ) -> TrackRecord {
    let relevant = trials.filter {
      $0.runbook == runbook && $0.fault == fault && (component == nil || $0.component == component)
    }
    var record = TrackRecord()
    for trial in relevant {
      // Halved after one half-life, a third after two: a curve without exponentials is the same everywhere.
      let age = max(0, trial.at.seconds(until: now))
      let weight = 1 / (1 + age / TrackRecord.halfLifeSeconds)
      record.tried += weight
      record.tryCount += 1
      if trial.helped {
        record.helped += weight
        record.helpedCount += 1
      }
    }
    let seconds = relevant.compactMap(\.seconds).sorted()
    record.medianSeconds = seconds.isEmpty ? nil : seconds[seconds.count / 2]
    record.lastFailure = relevant.last { !$0.helped }
    return record
  }

  /// Where a runbook stands among others, from what is remembered.
  package enum Standing: Int, Hashable, Sendable, Comparable {
    case proven, untold, doubtful, rejected

    package static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }
  }

  /// The last rejection of the past 30 days that is about this.
  package func rejection(
    runbook: String, fault: FaultKind, component: ComponentID, at now: Timestamp
  ) -> RejectedAdvice? {
    rejections.last { rejected in
      guard rejected.runbook == runbook, rejected.at.seconds(until: now) <= TrackRecord.rejectionSeconds else {
        return false
      }
      switch rejected.rejection.kind {
      case .wrongCause: return rejected.fault == fault && rejected.component == component
      case .wrongRunbook: return rejected.fault == fault
      case .tooRisky: return rejected.component == component
      case .notNow: return false
      }
    }
  }

  /// Proven: more likely than not to help, by the whole interval. Doubtful: less likely than not, by the whole interval.
  package func standing(
    runbook: String, fault: FaultKind, component: ComponentID, at now: Timestamp
  ) -> Standing {
    if rejection(runbook: runbook, fault: fault, component: component, at: now) != nil { return .rejected }
    let interval = record(runbook: runbook, fault: fault, at: now).interval
    if interval.lowerBound > 0.5 { return .proven }
    return interval.upperBound < 0.5 ? .doubtful : .untold
  }
}

/// What is remembered, at a moment: what a library ranks by.
package struct Experience: Hashable, Sendable {
  package var memory: OutcomeMemory
  package var now: Timestamp

  /// - Parameter memory: of which only what was known at the moment counts.
  package init(_ memory: OutcomeMemory, at now: Timestamp) {
    self.memory = memory.until(now)
    self.now = now
  }

  var digest: String {
    var digest = ContentDigest()
    digest.update(now.nanoseconds)
    for trial in memory.trials {
      digest.update("\(trial.runbook) \(trial.fault.rawValue) \(trial.component) \(trial.helped)")
      digest.update(trial.at.nanoseconds)
    }
    for rejected in memory.rejections {
      digest.update("\(rejected.runbook) \(rejected.fault.rawValue) \(rejected.component) \(rejected.rejection)")
      digest.update(rejected.at.nanoseconds)
    }
    return digest.finalize()
  }

  func past(of runbook: Runbook, _ hypothesis: Hypothesis) -> RunbookMatch.Past {
    let (name, fault, component) = (runbook.name, hypothesis.fault, hypothesis.component)
    return RunbookMatch.Past(
      standing: memory.standing(runbook: name, fault: fault, component: component, at: now),
      record: memory.record(runbook: name, fault: fault, at: now),
      rejection: memory.rejection(runbook: name, fault: fault, component: component, at: now))
  }
}
