extension String {
  /// Whether any of the words stands in the text, whatever the case; words are in lower case.
  func mentions(_ words: [String]) -> Bool {
    let text = lowercased()
    return words.contains { text.contains($0) }
  }

  /// The last part of the text that stands in double quotes.
  var quoted: String? {
    let parts = split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }
    let last = parts.count % 2 == 1 ? parts.count - 2 : parts.count - 3
    return parts[last].isEmpty ? nil : String(parts[last])
  }
}
