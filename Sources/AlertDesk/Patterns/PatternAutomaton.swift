/// A pattern's machine over classes of scalars, run by sets of steps: time grows with the text's length times the number
/// of steps, whatever the pattern (Thompson's simulation). Small ones become a table beforehand.
struct PatternAutomaton: Sendable {
  /// What lies on one side of a place in the text, as far as assertions look at it.
  enum Side: UInt8 { case edge, newline, word, other }

  let steps: [PatternStep]
  let classes: ScalarClasses
  /// For each set of the pattern, whether a class is in it.
  private let members: [[Bool]]
  private let beginsAtTextStart: Bool
  /// Whether what lies before a place matters anywhere but at the start.
  private let looksAround: Bool

  init(steps: [PatternStep], sets: [ScalarSet]) throws(PatternError) {
    self.steps = steps
    looksAround = steps.contains { if case .assert(let what) = $0 { what.looksAtScalars } else { false } }
    classes = try ScalarClasses(sets + (looksAround ? [.newline, UnicodeClasses.word] : []))
    let classes = classes
    members = sets.map { set in (0..<classes.count).map { set.contains(classes.samples[$0]) } }
    beginsAtTextStart = steps.first == .assert(.textStart)
  }

  /// Where the machine stands between two scalars: steps reached, before those that take no scalar are followed.
  struct Position: Hashable {
    var kernel: [Int32]
    var before: Side
  }

  static let start = Position(kernel: [0], before: .edge)

  enum Outcome {
    case matched
    case position(Position)
  }

  func side(ofClass index: Int) -> Side {
    let sample = classes.samples[index]
    return sample == 10 ? .newline : UnicodeClasses.word.contains(sample) ? .word : .other
  }

  /// Follows a scalar's class, or the end of the text where it is nil.
  func advanced(_ position: Position, _ next: Int?, _ marks: inout StepMarks) -> Outcome {
    let after = next.map { side(ofClass: $0) } ?? .edge
    marks.clear()
    var kernel: [Int32] = []
    var pending = position.kernel
    while let index = pending.popLast() {
      guard marks.insert(index) else { continue }
      guard Int(index) < steps.count else { return .matched }
      switch steps[Int(index)] {
      case .take(let set): if let next, members[Int(set)][next] { kernel.append(index + 1) }
      case .split(let first, let second): pending += [index + second, index + first]
      case .jump(let distance): pending.append(index + distance)
      case .assert(let assertion):
        if assertion.holds(before: position.before, after: after, isEnd: next == nil) { pending.append(index + 1) }
      }
    }
    // A match may begin anywhere.
    if !beginsAtTextStart { kernel.append(0) }
    kernel.sort()
    return .position(Position(kernel: Self.withoutRepeats(kernel), before: looksAround ? after : .other))
  }

  private static func withoutRepeats(_ sorted: [Int32]) -> [Int32] {
    var result: [Int32] = []
    for index in sorted where result.last != index { result.append(index) }
    return result
  }
}

/// Which steps were visited, cleared in constant time.
struct StepMarks {
  private var generation: UInt32 = 0
  private var marks: [UInt32]

  init(count: Int) { marks = Array(repeating: 0, count: count + 1) }

  mutating func clear() {
    generation &+= 1
    if generation == 0 {
      for index in marks.indices { marks[index] = 0 }
      generation = 1
    }
  }

  mutating func insert(_ index: Int32) -> Bool {
    guard marks[Int(index)] != generation else { return false }
    marks[Int(index)] = generation
    return true
  }
}

extension PatternAssertion {
  var looksAtScalars: Bool { self != .textStart && self != .textEnd }

  func holds(before: PatternAutomaton.Side, after: PatternAutomaton.Side, isEnd: Bool) -> Bool {
    switch self {
    case .textStart: before == .edge
    case .textEnd: isEnd
    case .lineStart: before == .edge || before == .newline
    case .lineEnd: isEnd || after == .newline
    case .wordBoundary: (before == .word) != (after == .word)
    case .noWordBoundary: (before == .word) == (after == .word)
    }
  }
}
