/// What stands before the message on a raw line: a time stamp, then host, level, thread and class in some order.
///
/// A line has a header when one of its first four values is a time. The message begins after the label `name: `, the
/// lone dash, the brackets or the level that follow it. Level and label tell statements apart; the rest (host, thread,
/// process number) belongs to the process that ran, so it never does.
struct LineHeader {
  /// The first token of the message; 0 without a header.
  var messageStart = 0

  init() {}

  /// Finds the header, makes one token of each bracketed part in it, and frees what does not tell statements apart.
  init(_ tokens: inout [LineToken], line: LineText) {
    guard let time = tokens.prefix(4).lastIndex(where: { $0.kind == .time }),
      tokens[time].glue.isDisjoint(with: [.quote, .equals])
    else { return }
    let level = Self.level(in: tokens, after: time, line: line)
    let found = Self.end(of: tokens, anchor: level ?? time, chunks: level == nil ? 2 : 1)
    messageStart = found.end
    var label = found.end
    if found.isLabelled {
      label -= 1
      while label > time + 1, !tokens[label].glue.contains(.blank) { label -= 1 }
    }
    for index in 0..<min(messageStart, tokens.count) where index != level {
      let token = tokens[index]
      if index >= label, token.kind == .identifier || token.kind == .path {
        tokens[index].word = line.fingerprintWithoutNumbers(Int(token.start)..<Int(token.end))
      } else if index < label, token.word != 0 {
        tokens[index].detail = token.word
        tokens[index].word = 0
      }
    }
    joinBrackets(&tokens, after: time, line: line)
  }

  /// The token that says how severe the line is, at most eight tokens after the time and before any label ends.
  private static func level(in tokens: [LineToken], after time: Int, line: LineText) -> Int? {
    var index = time + 1
    while index < min(tokens.count, time + 9) {
      let token = tokens[index]
      if token.glue.contains(.endsLabel) { return nil }
      let range = Int(token.start)..<Int(token.end)
      if token.kind == .word, range.count <= 8 {
        let text = line.packed(range)
        if capitalLevels.contains(text) { return index }
        let isMarked =
          index == time + 1 || token.glue.contains(.opensBracket)
          || (index + 1 < tokens.count && tokens[index + 1].glue.contains(.endsLabel))
        if isMarked, smallLevels.contains(text) { return index }
      }
      index += 1
    }
    return nil
  }

  /// Where the message begins, and whether a label ends there.
  private static func end(
    of tokens: [LineToken], anchor: Int, chunks allowed: Int
  ) -> (end: Int, isLabelled: Bool) {
    var depth = 0
    var chunks = 0
    var bar: Int?
    var end = anchor + 1
    var index = anchor + 1
    while index < min(tokens.count, anchor + 24) {
      let glue = tokens[index].glue
      if glue.contains(.closesBracket) { depth = max(0, depth - 1) }
      if depth == 0 {
        if glue.contains(.endsLabel) { return (index, true) }
        if glue.contains(.loneDash) { return (index, false) }
        if glue.contains(.bar) { bar = index }
        if glue.contains(.closesBracket), chunks == 0 { end = index }
      }
      if glue.contains(.opensBracket) {
        depth += 1
      } else if depth == 0, glue.contains(.blank) {
        chunks += 1
        if chunks > allowed { break }
      }
      index += 1
    }
    return bar.map { ($0, true) } ?? (min(end, tokens.count), false)
  }

  private mutating func joinBrackets(_ tokens: inout [LineToken], after time: Int, line: LineText) {
    var index = time + 1
    while index + 1 < messageStart {
      guard tokens[index].glue.contains(.opensBracket), tokens[index].word == 0 else {
        index += 1
        continue
      }
      var last = index
      var depth = 1
      while last + 1 < messageStart {
        let glue = tokens[last + 1].glue
        if glue.contains(.closesBracket) { depth -= 1 }
        if depth <= 0 { break }
        if glue.contains(.opensBracket) { depth += 1 }
        last += 1
      }
      if last > index {
        tokens[index].end = tokens[last].end
        tokens[index].kind = .word
        tokens[index].detail = line.fingerprintWithoutNumbers(Int(tokens[index].start)..<Int(tokens[index].end))
        tokens.removeSubrange(index + 1...last)
        messageStart -= last - index
      } else if tokens[index].kind == .identifier || tokens[index].kind == .number {
        // `[main]` and `[worker-3]` stand in the same place.
        tokens[index].kind = .word
        tokens[index].detail = line.fingerprintWithoutNumbers(Int(tokens[index].start)..<Int(tokens[index].end))
      }
      index += 1
    }
  }
}

private let capitalLevels = PackedWords([
  packed("INFO"), packed("WARN"), packed("WARNING"), packed("ERROR"), packed("DEBUG"), packed("TRACE"),
  packed("FATAL"), packed("SEVERE"), packed("NOTICE"), packed("CRITICAL"), packed("ALERT"), packed("EMERG"),
  packed("VERBOSE"), packed("CRIT"), packed("ERR"), packed("FAILURE"), packed("V"), packed("D"), packed("I"),
  packed("W"), packed("E"), packed("F"),
])

private let smallLevels = PackedWords([
  packed("info"), packed("warn"), packed("warning"), packed("error"), packed("debug"), packed("trace"),
  packed("fatal"), packed("severe"), packed("notice"), packed("critical"), packed("alert"), packed("emerg"),
  packed("verbose"), packed("crit"), packed("err"), packed("Info"), packed("Warn"), packed("Warning"),
  packed("Error"), packed("Debug"), packed("Trace"), packed("Fatal"),
])
