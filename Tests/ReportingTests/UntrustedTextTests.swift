import Testing

@testable import Reporting

@Suite struct UntrustedTextTests {
  @Test(arguments: [
    ("\u{1B}[31mred\u{1B}[0m", "red"),
    ("a\u{1B}]0;title\u{07}b", "ab"),
    ("a\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
    ("\u{9B}2Jgone", "gone"),
    ("one\r\n\ttwo  three ", "one two three"),
    ("gpj\u{202E}exe.\u{2066}x\u{200B}", "gpjexe.x"),
    ("bell\u{07}\u{00}", "bell"),
    ("naïve 日本 👍", "naïve 日本 👍"),
    ("\u{1B}", ""),
    ("\u{1B}[", ""),
  ])
  func removesSteeringCharacters(input: String, expected: String) {
    #expect(UntrustedText.clean(input) == expected)
  }

  @Test func cutsLongLines() {
    let cleaned = UntrustedText.clean(String(repeating: "x", count: 1_000_000), limit: 50)
    #expect(cleaned.count == 50)
    #expect(cleaned.hasSuffix("…"))
  }
}
