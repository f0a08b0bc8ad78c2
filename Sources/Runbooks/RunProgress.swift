import IncidentModel

/// How far a run has come, and what is next. Pure: told what happened, it says what may happen now.
package struct RunProgress: Hashable, Sendable {
  package enum StepState: Hashable, Sendable {
    case waiting
    /// It began; whether it ended is not known until it says so.
    case begun
    case ended(StepResult)
    /// A person says that it is done.
    case attested(by: String)
  }

  package var key: String
  package var plan: BoundRunbook
  package var startedAt: Timestamp
  package private(set) var steps: [StepState]
  package private(set) var undos: [StepState]
  /// Nil while the steps go forward.
  package private(set) var undoReason: String?
  package private(set) var ending: RunEnding?
  package var verification: Verification?
  package var haltAskedBy: String?
  /// Why it is left as it is although it made things worse; nil where nobody has said so.
  package internal(set) var keptBecause: String?

  package enum Next: Hashable, Sendable {
    case perform(StepPlace)
    /// A step for people, or one that was interrupted and of which only a person can say how far it came.
    case ask(StepPlace, isInterrupted: Bool)
    /// Steps went wrong: what was done is to be taken back.
    case beginUndo(reason: String)
    case end(RunEnding)
    case verify
    case nothing
  }

  init(key: String, plan: BoundRunbook, startedAt: Timestamp) {
    self.key = key
    self.plan = plan
    self.startedAt = startedAt
    steps = plan.steps.map { _ in .waiting }
    undos = plan.steps.map { _ in .waiting }
  }

  package var next: Next {
    if let ending { return ending == .applied && verification == nil ? .verify : .nothing }
    guard undoReason == nil else { return nextUndo }
    for index in steps.indices {
      switch steps[index] {
      case .ended(let result) where result.status == .succeeded: continue
      case .attested: continue
      case .ended(let result):
        return .beginUndo(
          reason: "Step \(index + 1) \(result.status.words)\(result.detail.isEmpty ? "" : ": \(result.detail)").")
      case .begun: return .ask(StepPlace(index), isInterrupted: true)
      case .waiting:
        if case .manual = plan.steps[index].action { return .ask(StepPlace(index), isInterrupted: false) }
        return .perform(StepPlace(index))
      }
    }
    return .end(.applied)
  }

  /// Steps that may have changed something, last first.
  private var nextUndo: Next {
    for index in steps.indices.reversed() where plan.steps[index].changesSomething {
      guard steps[index] != .waiting, let undo = plan.steps[index].undo else { continue }
      let place = StepPlace(index, isUndo: true)
      switch undos[index] {
      case .ended, .attested: continue
      case .begun: return .ask(place, isInterrupted: true)
      case .waiting:
        if case .manual = undo.action { continue }
        return .perform(place)
      }
    }
    return .end(wasAskedToUndo ? .undone : .failed(undoReason ?? ""))
  }

  /// What was done and has no undo that a program can run: for a person to know.
  package var notTakenBack: [String] {
    steps.indices.filter { index in
      guard plan.steps[index].changesSomething, steps[index] != .waiting else { return false }
      if case .ended(let result) = undos[index] { return result.status != .succeeded }
      if case .attested = undos[index] { return false }
      return true
    }.map { plan.steps[$0].undo.map { "\($0.title)" } ?? "\(plan.steps[$0].title) (no undo)" }
  }

  package internal(set) subscript(place: StepPlace) -> StepState? {
    get {
      let list = place.isUndo ? undos : steps
      return list.indices.contains(place.index) ? list[place.index] : nil
    }
    set {
      guard let newValue, steps.indices.contains(place.index) else { return }
      if place.isUndo { undos[place.index] = newValue } else { steps[place.index] = newValue }
    }
  }

  package var isUnderWay: Bool { ending == nil }

  mutating func end(_ ending: RunEnding) { self.ending = ending }

  /// Whether a person may have what was done taken back: all of it, or what an undo that was broken off or went wrong
  /// has left.
  package var canBeTakenBack: Bool { !isUnderWay && !steps.indices.allSatisfy { !isLeft($0) } }

  /// A step that may have changed something and whose undo a program can run and has not yet run well.
  private func isLeft(_ index: Int) -> Bool {
    guard plan.steps[index].changesSomething, steps[index] != .waiting, let undo = plan.steps[index].undo,
      undo.action != .manual
    else { return false }
    switch undos[index] {
    case .ended(let result): return result.status != .succeeded
    case .attested: return false
    case .waiting, .begun: return true
    }
  }

  /// Of a run that has ended, too, where a person asks for it; then what went wrong before is tried again.
  mutating func beginUndo(_ reason: String) {
    wasAskedToUndo = ending != nil
    if wasAskedToUndo {
      for index in undos.indices where isLeft(index) {
        if case .ended = undos[index] { undos[index] = .waiting }
      }
    }
    undoReason = reason
    ending = nil
    haltAskedBy = nil
  }

  private var wasAskedToUndo = false
}

extension StepResult.Status {
  var words: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .timedOut: "did not end in time"
    case .tooMuchOutput: "wrote more than it may"
    case .cancelled: "was ended"
    case .notStarted: "could not be started"
    }
  }
}
