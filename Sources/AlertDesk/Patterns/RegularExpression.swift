/// A regular expression of RE2's kind, as Alertmanager uses them: `^(?:…)$` around what is written. Matching takes time
/// in proportion to the text for every expression.
package struct RegularExpression: Hashable, Sendable {
  /// As written, without the anchors.
  package let source: String
  private let machine: Machine

  private struct Machine: Sendable {
    var automaton: PatternAutomaton
    var table: PatternTable?
  }

  /// - Throws: `PatternError` for what Go's `regexp` would refuse too, and for what grows beyond this engine's bounds.
  package init(anchoring source: String) throws(PatternError) {
    self.source = source
    var parser = PatternParser("^(?:" + source + ")$")
    let piece = try parser.parse()
    let automaton = try PatternAutomaton(steps: piece.steps, sets: parser.sets)
    machine = Machine(automaton: automaton, table: PatternTable(automaton))
  }

  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches($0) }
  }

  /// Bytes are UTF-8.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if let table = machine.table { return table.matches(text, machine.automaton.classes) }
    let automaton = machine.automaton
    var marks = StepMarks(count: automaton.steps.count)
    var position = PatternAutomaton.start
    var index = 0
    while index < text.count {
      let scalar = Self.scalar(text, &index)
      switch automaton.advanced(position, automaton.classes.index(of: scalar), &marks) {
      case .matched: return true
      case .position(let next):
        if next.kernel.isEmpty { return false }
        position = next
      }
    }
    if case .matched = automaton.advanced(position, nil, &marks) { return true }
    return false
  }

  /// The scalar at a place, and the place behind it; bytes that are no UTF-8 count as U+FFFD, one by one.
  @inline(__always)
  static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
    let first = UInt32(text[index])
    index += 1
    if first < 0x80 { return first }
    let count = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0
    guard count > 0, index + count <= text.count else { return 0xfffd }
    var value = first & (0x3f >> UInt32(count))
    for _ in 0..<count {
      value = value << 6 | UInt32(text[index] & 0x3f)
      index += 1
    }
    return value
  }

  package static func == (left: RegularExpression, right: RegularExpression) -> Bool { left.source == right.source }
  package func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

/// An automaton's positions as rows of a table, where there are few of them.
struct PatternTable: Sendable {
  private static let dead: UInt16 = 0
  private static let matched: UInt16 = 1
  private static let start: UInt16 = 2
  private static let maximumRowCount = 256
  private static let maximumWork = 200_000

  private let columnCount: Int
  private let rows: [UInt16]

  init?(_ automaton: PatternAutomaton) {
    columnCount = automaton.classes.count + 1
    guard automaton.steps.count * columnCount < Self.maximumWork else { return nil }
    var marks = StepMarks(count: automaton.steps.count)
    var numbers = [PatternAutomaton.start: Self.start]
    var positions = [PatternAutomaton.start]
    var rows = Array(repeating: Self.dead, count: columnCount) + Array(repeating: Self.matched, count: columnCount)
    var done = 0
    var work = 0
    while done < positions.count {
      let position = positions[done]
      done += 1
      for column in 0..<columnCount {
        work += position.kernel.count
        let isEnd = column == columnCount - 1
        switch automaton.advanced(position, isEnd ? nil : column, &marks) {
        case .matched: rows.append(Self.matched)
        case .position(let next):
          if isEnd || next.kernel.isEmpty {
            rows.append(Self.dead)
          } else if let number = numbers[next] {
            rows.append(number)
          } else {
            guard positions.count < Self.maximumRowCount, work < Self.maximumWork else { return nil }
            let number = UInt16(positions.count + 2)
            numbers[next] = number
            positions.append(next)
            rows.append(number)
          }
        }
      }
    }
    self.rows = rows
  }

  func matches(_ text: UnsafeBufferPointer<UInt8>, _ classes: ScalarClasses) -> Bool {
    var row = Self.start
    var index = 0
    while index < text.count {
      row = rows[Int(row) * columnCount + classes.index(of: RegularExpression.scalar(text, &index))]
      if row <= Self.matched { return row == Self.matched }
    }
    return rows[Int(row) * columnCount + columnCount - 1] == Self.matched
  }
}
