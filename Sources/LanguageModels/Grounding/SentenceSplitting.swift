/// Cuts prose into sentences; a citation that follows the full stop belongs to the sentence before it.
enum SentenceSplitting {
  static func sentences(of prose: String) -> [String] {
    prose.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline).flatMap { line in
      sentences(ofLine: trimmed(line))
    }
  }

  /// Without the marks of lists, headings and emphasis.
  private static func trimmed(_ line: Substring) -> String {
    let text = line.drop { $0.isWhitespace || "-*#>•".contains($0) }.replacing("**", with: "")
    var end = text.endIndex
    while end > text.startIndex, text[text.index(before: end)].isWhitespace { end = text.index(before: end) }
    return String(text[..<end])
  }

  private static func sentences(ofLine line: String) -> [String] {
    let characters = Array(line)
    var sentences: [String] = []
    var start = 0
    var index = 0
    while index < characters.count {
      guard isEnd(index, characters) else {
        index += 1
        continue
      }
      var end = index + 1
      while let next = citationEnd(characters, from: end) { end = next }
      // A full stop may stand behind the citation as well.
      if end < characters.count, characters[end] == ".", end > index + 1 { end += 1 }
      append(characters[start..<end], to: &sentences)
      start = end
      index = end
    }
    append(characters[min(start, characters.count)...], to: &sentences)
    return sentences
  }

  private static func append(_ characters: ArraySlice<Character>, to sentences: inout [String]) {
    var words = characters.drop(while: \.isWhitespace)
    while words.last?.isWhitespace == true { words.removeLast() }
    if words.contains(where: { $0.isLetter || $0.isNumber }) { sentences.append(String(words)) }
  }

  /// A full stop, question or exclamation mark before a blank or a bracket; not the point of `1.5`, `e.g.` or `no. 3`.
  private static func isEnd(_ index: Int, _ characters: [Character]) -> Bool {
    guard ".!?".contains(characters[index]) else { return false }
    let next = index + 1 < characters.count ? characters[index + 1] : " "
    guard next.isWhitespace || next == "[" else { return false }
    guard characters[index] == "." else { return true }
    let word = String(characters[..<index].reversed().prefix { !$0.isWhitespace }.reversed()).lowercased()
    return !["e.g", "i.e", "approx", "ca", "vs", "no", "cf"].contains(word)
  }

  /// Behind blanks and one `[…]` without blanks before anything else.
  private static func citationEnd(_ characters: [Character], from start: Int) -> Int? {
    var index = start
    while index < characters.count, characters[index] == " " { index += 1 }
    guard index + 2 < characters.count, characters[index] == "[" else { return nil }
    guard let end = characters[index...].prefix(80).firstIndex(of: "]") else { return nil }
    let inside = characters[(index + 1)..<end]
    guard inside.contains(where: \.isNumber), inside.allSatisfy({ $0.isLetter || $0.isNumber || ", ;".contains($0) })
    else {
      return nil
    }
    return end + 1
  }
}

/// The part of a sentence that a group of citations stands behind.
struct Segment {
  var tokens: [SentenceToken]
  var citations: [String]

  /// Words behind the last citation belong to it.
  static func segments(of tokens: [SentenceToken]) -> [Segment] {
    var segments: [Segment] = []
    var words: [SentenceToken] = []
    for token in tokens {
      guard case .citation(let ids) = token else {
        words.append(token)
        continue
      }
      if words.allSatisfy({ $0 == .stop || $0 == .word("and") }), !segments.isEmpty {
        segments[segments.count - 1].citations += ids
      } else {
        segments.append(Segment(tokens: words, citations: ids))
      }
      words = []
    }
    if !segments.isEmpty { segments[segments.count - 1].tokens += words }
    return segments
  }
}
