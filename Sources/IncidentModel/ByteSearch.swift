extension String {
  /// Whether the bytes of a word stand somewhere in this text: without regard to how Unicode composes characters, and
  /// without the price of it.
  package func holds(_ word: String) -> Bool { firstOffset(of: word) != nil }

  /// Where the bytes of a word begin for the first time, counted in bytes; 0 for no bytes.
  package func firstOffset(of word: String) -> Int? {
    var (text, word) = (self, word)
    return text.withUTF8 { text in
      word.withUTF8 { word in
        guard let first = word.first else { return 0 }
        guard text.count >= word.count else { return nil }
        return (0...(text.count - word.count)).first { start in
          text[start] == first && text[start..<(start + word.count)].elementsEqual(word)
        }
      }
    }
  }
}
