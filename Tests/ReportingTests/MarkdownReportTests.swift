import IncidentModel
import TestSupport
import Testing

@testable import Reporting

@Suite struct MarkdownReportTests {
  @Test(arguments: ["cause-found", "abstained", "healthy", "hostile"])
  func matchesTheRecord(name: String) throws {
    try Golden("\(name).md").expect(MarkdownReport(MadeUpIncident.named(name).snapshot).text)
  }

  @Test func hostileTextStaysText() {
    let text = MarkdownReport(MadeUpIncident.hostile.snapshot).text
    #expect(!text.contains("<"))
    let outsideCode = text.replacing(/`[^`\n]*`/, with: "")
    #expect(!outsideCode.contains(/[^\\]\]\(/))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && UntrustedText.isInvisible($0) })
  }

  @Test(arguments: [
    ("a*b c_", "a\\*b c\\_"), ("# no heading", "\\# no heading"), ("12. no list", "12\\. no list"),
    ("<b>&", "&lt;b&gt;&amp;"), ("x | y", "x \\| y"), ("[a](b)", "\\[a\\](b)"), ("see http://x", "see http&#58;//x"),
    ("cpu_seconds _x_", "cpu_seconds \\_x\\_"), ("0.31 cores", "0.31 cores"), ("`code`", "\\`code\\`"),
    ("- item", "\\- item"), ("v1.2.3 is out.", "v1.2.3 is out."), ("@everyone", "&#64;everyone"),
    ("one\n# two", "one # two"),
  ])
  func escapesMarkup(text: String, expected: String) {
    #expect(MarkdownText.escaped(text) == expected)
  }

  @Test func codeSpansCannotBeLeft() {
    #expect(MarkdownText.code("kubectl rollout undo") == "`kubectl rollout undo`")
    #expect(MarkdownText.code("a`b") == "a\\`b")
    #expect(MarkdownText.code("<b>") == "&lt;b&gt;")
  }
}
