import AlertDesk
import Testing

@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("a|b", "b", true), ("a|b", "ab", false), ("", "", true), ("", "x", false), (".*", "a\nb", false),
    ("(?s).*", "a\nb", true), ("[^x]*", "a\nb", true), ("(?i)straße", "STRAẞE", true), ("(?i)k", "\u{212A}", true),
    ("(?i)σ+", "ςΣσ", true), ("(?i)ı", "I", false), ("\\bdb\\b-.*", "db-1", true), ("a\\b.*", "ab", false),
    ("(?m)a$\\n^b", "a\nb", true), ("a)|(?:b", "ax", true), ("a)|(?:b", "xb", true), ("a)|(?:b", "xa", false),
    ("\\pL+\\d{2,3}", "Ü42", true), ("\\p{Greek}+", "αβγ", true), ("\\P{Greek}+", "αβγ", false),
    ("\\p{^Lu}", "a", true), ("[[:^digit:]x]", "5", false), ("\\x{1F600}\\x41\\101", "😀AA", true),
    ("\\Qa.b\\E?", "a.", true), ("[a-c-]+", "a-c", true), ("x{0}y", "y", true), ("(ab){2,}", "ababab", true),
    ("{x}", "{x}", true), ("a{,2}", "a{,2}", true), ("a{01}", "a{01}", true), ("(?i-i:A)b", "ab", false),
    ("$", "", true),
    ("a$b", "ab", false), ("(?U)a+?", "aa", true), ("(?<n>a)(?P<m>b)", "ab", true),
  ])
  func matchesAsRE2Does(pattern: String, text: String, expected: Bool) throws {
    #expect(try RegularExpression(anchoring: pattern).matches(text) == expected)
  }

  @Test(arguments: [
    "(", ")", "a**", "a*+", "*", "+a", "(|*)", "[", "[]", "[z-a]", "[a-\\d]", "\\1", "\\8", "\\C", "\\Z", "\\",
    "a{1001}",
    "a{2,1}", "(a{100}){11}", "((a{10}){10}){11}", "(?=a)", "(?<!a)", "(?P<n>a)(?P<n>b)", "(?P<>a)", "(?", "(?i",
    "(?-)",
    "[[:wort:]]", "\\p{Nowhere}", "\\p", "\\x{110000}", "\\xg", "\\e", "a{1000}{2}",
  ])
  func refusesWhatGoRefuses(pattern: String) {
    #expect(throws: PatternError.self) { try RegularExpression(anchoring: pattern) }
  }

  /// Backtracking engines need longer than the age of the universe for these.
  @Test(arguments: [
    "(a*)*b", "(a|aa)+b", "(a|a)*b", "((a?){30}a{30})*b", "(.*)(.*)(.*)(.*)(.*)[^a]", "(x+x+)+y|(a+a+)+y",
  ])
  func cannotBeMadeToRunForEver(pattern: String) throws {
    let expression = try RegularExpression(anchoring: pattern)
    #expect(!expression.matches(String(repeating: "a", count: 20_000)))
  }

  @Test func largeExpressionsWorkWithoutATable() throws {
    let expression = try RegularExpression(anchoring: ".*a.{12}|[ab]{1000}")
    #expect(expression.matches("xxa123456789012"))
    #expect(!expression.matches("xxb123456789012"))
    #expect(expression.matches(String(repeating: "ab", count: 500)))
  }

  @Test func depthAndSizeAreBounded() throws {
    let deep = String(repeating: "(", count: 1200) + "a" + String(repeating: ")", count: 1200)
    #expect(throws: PatternError.self) { try RegularExpression(anchoring: deep) }
    let many = String(repeating: "[a-z]{1000}", count: 300)
    #expect(throws: PatternError.self) { try RegularExpression(anchoring: many) }
    let nested = String(repeating: "(", count: 900) + "a" + String(repeating: ")", count: 900)
    #expect(try RegularExpression(anchoring: nested).matches("a"))
  }
}
