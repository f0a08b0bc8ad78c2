/// A short ASCII word as `LineText.packed` gives it.
func packed(_ word: StaticString) -> UInt64 {
  word.withUTF8Buffer { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

/// What a few short words mean, for a question that is asked of most words of a line: the answer is mostly that a word
/// is none of them, and then one place of a table says so.
struct PackedWords<Meaning: Sendable>: Sendable {
  private static var bits: Int { 8 }

  /// Half of the places and more are free.
  private var words: [UInt64]
  private var meanings: [Meaning?]

  init(_ entries: [(word: UInt64, meaning: Meaning)]) {
    let count = 1 << Self.bits
    words = [UInt64](repeating: 0, count: count)
    meanings = [Meaning?](repeating: nil, count: count)
    for entry in entries.prefix(count / 2) {
      let place = place(of: entry.word)
      (words[place], meanings[place]) = (entry.word, entry.meaning)
    }
  }

  subscript(word: UInt64) -> Meaning? { meanings[place(of: word)] }

  /// Where the word stands, or else the free place where it would.
  @inline(__always)
  private func place(of word: UInt64) -> Int {
    // Multiplicative hashing: the product's highest bits depend on all of the word.
    var place = Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.bits))
    while words[place] != 0, words[place] != word { place = (place + 1) & (words.count - 1) }
    return place
  }
}

extension PackedWords where Meaning == Bool {
  init(_ words: [UInt64]) { self.init(words.map { ($0, true) }) }

  func contains(_ word: UInt64) -> Bool { self[word] ?? false }
}
