/// How often which step follows which inside which kind of span: in the incident and in normal windows.
struct StepTable {
  /// (node, step before).
  private(set) var contexts = PairInterner()
  /// (context, step that follows).
  private(set) var transitions = PairInterner()
  /// By transition: seen in the incident, and in all comparable history windows together.
  private(set) var observed: [Int] = []
  private(set) var history: [Int] = []
  private(set) var contextObserved: [Int] = []
  private(set) var contextHistory: [Int] = []

  init(_ walker: inout SpanSteps) {
    let frame = walker.frame
    let isComparable = frame.windows.indices.map(walker.isComparable)
    for row in 0..<frame.table.count {
      let window = Int(frame.windowOfRow[row])
      guard window >= 0, isComparable[window] else { continue }
      if frame.isCall(row) { continue }
      walker.walk(row)
      count(walker.steps, node: frame.nodeOfRow[row], isObserved: window == 0)
    }
  }

  /// The number of a transition that was counted, or nil.
  func transition(node: Int32, from step: Int32, to next: Int32) -> Int32? {
    contexts.existing(node, step).flatMap { transitions.existing($0, next) }
  }

  func context(of transition: Int32) -> Int32 { transitions.pair(transition).first }

  private mutating func count(_ steps: [Int32], node: Int32, isObserved: Bool) {
    for position in 1..<steps.count {
      let context = Int(contexts.number(of: node, steps[position - 1]))
      let transition = Int(transitions.number(of: Int32(context), steps[position]))
      if context == contextObserved.count {
        contextObserved.append(0)
        contextHistory.append(0)
      }
      if transition == observed.count {
        observed.append(0)
        history.append(0)
      }
      if isObserved {
        observed[transition] += 1
        contextObserved[context] += 1
      } else {
        history[transition] += 1
        contextHistory[context] += 1
      }
    }
  }
}
