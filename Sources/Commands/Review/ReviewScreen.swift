import IncidentModel
import Reporting
import Runbooks

/// The review desk on a terminal, without one: what is shown for a board and a size, and what a key means.
struct ReviewScreen: Equatable {
  enum Key: Equatable {
    case up, down, pageUp, pageDown, enter, escape, backspace, interrupt
    case character(Character)
  }

  /// What the desk is to do.
  enum Act: Equatable {
    /// - Parameter shown: of what stood on the screen when it was asked for.
    case approve(ProposalID, shown: String)
    case reject(ProposalID, Rejection.Kind?, reason: String?)
    case amend(ProposalID, [String: String])
    case run(ProposalID)
    case answer(ProposalID, StepAnswer)
    case undo(ProposalID, reason: String)
    case halt(ProposalID)
    case stop(reason: String)
    case release
    case quit
  }

  /// What the bottom line asks for; the text that was typed so far.
  enum Question: Equatable {
    case confirm(String, Act)
    case kind(ProposalID)
    case reason(ProposalID, Rejection.Kind)
    case inputs(ProposalID)
    case answer(ProposalID, isInterrupted: Bool)
    case undoReason(ProposalID)
    case stopReason
  }

  private(set) var board: ReviewBoard
  var now: Timestamp
  /// Of the last act: what came of it.
  var message = ""
  private(set) var showsAll = false
  private(set) var selected = 0
  /// Lines of the detail above the window.
  private(set) var scroll = 0
  private(set) var question: Question?
  private(set) var typed = ""

  init(_ board: ReviewBoard, now: Timestamp) {
    self.board = board
    self.now = now
  }

  /// What waits first, newest last within it.
  var records: [RemediationRecord] { board.all.filter { showsAll || $0.isOpen } }

  var current: RemediationRecord? { records.indices.contains(selected) ? records[selected] : nil }

  mutating func update(_ board: ReviewBoard, now: Timestamp) {
    let id = current?.proposal.id
    self.board = board
    self.now = now
    if let id, let place = records.firstIndex(where: { $0.proposal.id == id }) { selected = place }
    selected = max(0, min(selected, records.count - 1))
  }

  // MARK: Drawing

  static let listRows = 6

  /// As many lines as the terminal has rows, none wider than it. Never empty.
  func lines(width: Int, height: Int) -> [String] {
    let width = max(20, width)
    let height = max(8, height)
    let waiting = board.all.filter(\.isOpen).count
    var lines = [head("Review desk: \(waiting) open of \(board.all.count)", width)]
    if let stop = board.stop {
      lines[0] = head("STOPPED by \(stop.by): \(stop.reason)", width)
    }
    let rows = min(Self.listRows, max(1, height - 12))
    let first = max(0, min(selected - rows / 2, records.count - rows))
    for place in first..<(first + rows) {
      guard records.indices.contains(place) else {
        lines.append(place == first && records.isEmpty ? "  Nothing waits for you." : "")
        continue
      }
      let line = ReviewText(record: records[place], memory: board.memory, now: now).line
      lines.append((place == selected ? "> " : "  ") + line)
    }
    let detail = self.detail(width: width)
    let room = height - lines.count - 3
    let start = min(scroll, max(0, detail.count - room))
    let more = detail.count > start + room ? " \(detail.count - start - room) more lines: space " : ""
    lines.append(String(repeating: "─", count: max(0, width - DisplayWidth.of(more))) + more)
    lines += (0..<room).map { detail.indices.contains(start + $0) ? detail[start + $0] : "" }
    lines.append(UntrustedText.clean(message))
    lines.append(bottom(width))
    return lines.prefix(height).map { DisplayWidth.cutEnd($0, to: width) }
  }

  private func head(_ text: String, _ width: Int) -> String {
    DisplayWidth.padded(DisplayWidth.cutEnd(UntrustedText.clean(text), to: width), to: width)
  }

  private func detail(width: Int) -> [String] {
    guard let current else { return [] }
    return ReviewText(record: current, memory: board.memory, now: now).lines.flatMap { line in
      guard DisplayWidth.of(line) > width else { return [line] }
      let label = String(line.prefix(11))
      let rest = DisplayWidth.wrap(String(line.dropFirst(11)), width: width - 11)
      return rest.enumerated().map { ($0.offset == 0 ? label : String(repeating: " ", count: 11)) + $0.element }
    }
  }

  private func bottom(_ width: Int) -> String {
    switch question {
    case .confirm(let text, _): return "\(text) y or n"
    case .kind: return "Why not? 1 wrong cause  2 wrong runbook  3 too risky  4 not now  5 as before"
    case .reason: return "In a sentence: \(typed)_"
    case .inputs: return "Inputs, as name=value name=value: \(typed)_"
    case .answer(_, true): return "Was it done? d done  g do it again  b abandon"
    case .answer(_, false): return "d done  b abandon"
    case .undoReason: return "Why take it back: \(typed)_"
    case .stopReason: return "Why stop everything: \(typed)_"
    case nil:
      let keys = "a approve x reject m amend r run u undo h halt s stop l all q quit"
      let all = "↑↓ choose " + keys
      return [all, keys, "keys: a x m r u h s l, q quit"].first { DisplayWidth.of($0) <= width } ?? "q quit"
    }
  }

  // MARK: Keys

  /// - Returns: What the desk is to do now; nil for keys that only move or type.
  mutating func press(_ key: Key) -> Act? {
    if key == .interrupt { return .quit }
    guard let question else { return command(key) }
    if key == .escape {
      close()
      return nil
    }
    switch question {
    case .confirm(_, let act):
      close()
      return key == .character("y") ? act : nil
    case .kind(let id): return chooseKind(id, key)
    case .answer(let id, let isInterrupted):
      let answers: [Character: StepAnswer] =
        isInterrupted ? ["d": .done, "g": .again, "b": .abandon] : ["d": .done, "b": .abandon]
      guard case .character(let letter) = key, let answer = answers[letter] else { return nil }
      close()
      return .answer(id, answer)
    case .reason(let id, let kind): return type(key) { .reject(id, kind, reason: $0) }
    case .undoReason(let id): return type(key) { .undo(id, reason: $0) }
    case .stopReason: return type(key) { .stop(reason: $0) }
    case .inputs(let id):
      return type(key) { text in
        let pairs = text.split(separator: " ").compactMap { pair -> (String, String)? in
          let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
          return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        return .amend(id, Dictionary(pairs) { $1 })
      }
    }
  }

  private mutating func chooseKind(_ id: ProposalID, _ key: Key) -> Act? {
    guard case .character(let letter) = key, let number = letter.wholeNumberValue, (1...5).contains(number) else {
      return nil
    }
    close()
    if number == 5 { return .reject(id, nil, reason: nil) }
    question = .reason(id, Rejection.Kind.allCases[number - 1])
    return nil
  }

  private mutating func close() {
    question = nil
    typed = ""
  }

  private mutating func type(_ key: Key, done: (String) -> Act) -> Act? {
    switch key {
    case .enter where !typed.isEmpty:
      let act = done(typed)
      close()
      return act
    case .backspace: typed = String(typed.dropLast())
    case .character(let letter) where typed.count < 200: typed.append(letter)
    default: break
    }
    return nil
  }

  private mutating func command(_ key: Key) -> Act? {
    message = ""
    switch key {
    case .up: select(selected - 1)
    case .down: select(selected + 1)
    case .pageDown, .character(" "): scroll += 8
    case .pageUp, .character("b"): scroll = max(0, scroll - 8)
    case .character("j"): select(selected + 1)
    case .character("k"): select(selected - 1)
    case .character("l"):
      showsAll.toggle()
      select(min(selected, records.count - 1))
    case .character("q"): return .quit
    case .character("s"):
      if board.stop != nil { return .release }
      question = .stopReason
    case .character(let letter): ask(letter)
    default: break
    }
    return nil
  }

  private mutating func select(_ place: Int) {
    selected = max(0, min(place, records.count - 1))
    scroll = 0
  }

  private mutating func ask(_ letter: Character) {
    guard let record = current else { return }
    let (id, title) = (record.proposal.id, UntrustedText.clean(record.proposal.plan.title, limit: 40))
    switch letter {
    case "a": question = .confirm("Approve \(id), \(title)?", .approve(id, shown: board.digest(shown: record)))
    case "x": question = record.proposesUndo ? .reason(id, .notNow) : .kind(id)
    case "m": question = .inputs(id)
    case "r":
      if case .ask(_, let isInterrupted)? = record.run?.next, record.state == .applying {
        question = .answer(id, isInterrupted: isInterrupted)
      } else {
        question = .confirm("Run \(id), \(title)?", .run(id))
      }
    case "u": question = .undoReason(id)
    case "h": question = .confirm("Halt \(id)?", .halt(id))
    default: break
    }
  }
}

extension ReviewScreen.Key {
  /// What a terminal sent at once.
  static func read(_ bytes: [UInt8]) -> [ReviewScreen.Key] {
    let sequences: [(String, ReviewScreen.Key)] = [
      ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[B", .down), ("\u{1B}OB", .down), ("\u{1B}[5~", .pageUp),
      ("\u{1B}[6~", .pageDown),
    ]
    var keys: [ReviewScreen.Key] = []
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    while let first = rest.first {
      if let (text, key) = sequences.first(where: { rest.hasPrefix($0.0) }) {
        keys.append(key)
        rest = rest.dropFirst(text.count)
        continue
      }
      rest = rest.dropFirst()
      switch first {
      case "\r", "\n": keys.append(.enter)
      case "\u{7F}", "\u{08}": keys.append(.backspace)
      case "\u{03}", "\u{04}": keys.append(.interrupt)
      case "\u{1B}":
        // Another sequence that means nothing here is dropped whole.
        if rest.first == "[" || rest.first == "O" {
          rest = rest.dropFirst().drop { !$0.isLetter && $0 != "~" }.dropFirst()
        } else {
          keys.append(.escape)
        }
      default:
        if first.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) { keys.append(.character(first)) }
      }
    }
    return keys
  }
}
