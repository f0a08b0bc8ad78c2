import IncidentModel
import TestSupport
import Testing

@testable import Reporting

@Suite struct HTMLReportTests {
  static let names = ["cause-found", "abstained", "healthy", "hostile", "long"]

  @Test(arguments: names)
  func nestsAndLoadsNothing(name: String) {
    let page = MarkupReader(HTMLReport(MadeUpIncident.named(name).snapshot).html)
    #expect(page.problems.isEmpty, "\(page.problems)")
    let loading: Set<String> = ["script", "img", "link", "iframe", "object", "embed", "base", "form", "image", "use"]
    #expect(page.elements.allSatisfy { !loading.contains($0.name) })
    for element in page.elements {
      #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") && $0 != "src" && $0 != "style" })
      if let target = element.attributes["href"] { #expect(target.hasPrefix("#")) }
    }
    #expect(!StyleSheet.rules.contains("url(") && !StyleSheet.rules.contains("@import"))
    #expect(
      page.elements.contains {
        $0.name == "meta" && $0.attributes["content"]?.hasPrefix("default-src &#39;none&#39;") == true
      })
  }

  @Test(arguments: names)
  func everyMarkLeadsToOneItem(name: String) {
    let page = MarkupReader(HTMLReport(MadeUpIncident.named(name).snapshot).html)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    let marks = page.elements.compactMap { $0.attributes["href"]?.dropFirst() }
    for mark in marks { #expect(ids.contains(String(mark)), "\(mark) leads nowhere") }
    if name == "cause-found" { #expect(marks.contains("E1") && marks.contains("E7")) }
  }

  @Test(arguments: names)
  func everyEvidenceItemOfTheDocumentStandsOnThePage(name: String) {
    let snapshot = MadeUpIncident.named(name).snapshot
    let page = MarkupReader(HTMLReport(snapshot).html)
    let ids = Set(page.elements.compactMap { $0.attributes["id"] })
    for id in IncidentReport(snapshot).evidenceByID.keys { #expect(ids.contains(id)) }
  }

  @Test func hostileTextStaysText() {
    let html = HTMLReport(MadeUpIncident.hostile.snapshot).html
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"))
    let page = html.replacing(/<pre>.*<\/pre>/.dotMatchesNewlines(), with: "")
    #expect(!page.contains("[31m") && !page.contains("owned"))
    #expect(!html.unicodeScalars.contains { $0 != "\n" && UntrustedText.isInvisible($0) })
  }

  @Test func readsInOrder() throws {
    let html = HTMLReport(MadeUpIncident.causeFound.snapshot).html
    let places = try ["verdict", "next", "evidence", "map", "timeline", "alternatives", "unseen", "raw"].map { id in
      try #require(html.range(of: "<h2 id=\"\(id)\">")).lowerBound
    }
    #expect(places == places.sorted())
    #expect(html.contains("<h1>Checkout is slow</h1>"))
  }

  @Test func sameSnapshotSameBytes() {
    for name in Self.names {
      let first = HTMLReport(MadeUpIncident.named(name).snapshot).html
      #expect(first == HTMLReport(MadeUpIncident.named(name).snapshot).html)
    }
  }

  @Test func aBoardCutOffAtTheStartStillRenders() {
    let entries = Array(MadeUpIncident.causeFound.entries.dropFirst())
    for snapshot in [BlackboardSnapshot(), BlackboardSnapshot(entries: entries)] {
      #expect(MarkupReader(HTMLReport(snapshot).html).problems.isEmpty)
      #expect(!TerminalReport(snapshot).text.isEmpty)
      #expect(!MarkdownReport(snapshot).text.isEmpty)
    }
  }
}

@Suite struct StyleSheetTests {
  /// Text colours on every ground that they stand on, WCAG 2 contrast.
  @Test(arguments: [
    ("text", "ground"), ("text", "card"), ("muted", "ground"), ("muted", "card"), ("accent", "card"), ("bad", "card"),
    ("watch", "card"), ("good", "card"), ("text", "bad-tint"), ("text", "watch-tint"), ("text", "shade"),
    ("muted", "shade"),
  ])
  func contrastIsEnoughInLightAndDark(text: String, ground: String) throws {
    for isDark in [false, true] {
      let (first, second) = (try luminance(text, isDark), try luminance(ground, isDark))
      let ratio = (max(first, second) + 0.05) / (min(first, second) + 0.05)
      #expect(ratio >= 4.5, "\(text) on \(ground), dark: \(isDark): \(ratio)")
    }
  }

  private func luminance(_ name: String, _ isDark: Bool) throws -> Double {
    let matches = StyleSheet.rules.matches(of: /--([a-z-]+): #([0-9a-f]{6})/).filter { $0.1 == name }
    let digits = try #require(isDark ? matches.last : matches.first).2
    let value = try #require(Int(digits, radix: 16))
    let channels = [value >> 16, value >> 8 & 255, value & 255].map { channel -> Double in
      let share = Double(channel) / 255
      return share <= 0.03928 ? share / 12.92 : power((share + 0.055) / 1.055)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  /// x^2.4 as x² · x^0.4, the root by Newton's method, so that the test needs no library.
  private func power(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    var root = 1.0
    for _ in 0..<200 { root -= (root * root * root * root * root - x * x) / (5 * root * root * root * root) }
    return x * x * root
  }
}
