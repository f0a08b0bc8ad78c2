import Hummingbird
import IncidentModel
import Reporting
import TestSupport
import Testing

@testable import IncidentServer

@Suite struct PageSafetyTests {
  @Test func hostileNamesStayText() async throws {
    for path in ["/incidents", "/incidents/INC-5", "/alerts", "/alerts/00000000000000a5", "/services"] {
      let html = try await PageReader().get(path).text
      #expect(html.contains("&lt;"))
      #expect(!html.contains("<script>") && !html.contains("<img") && !html.contains("<b>"))
      for scalar in html.unicodeScalars where scalar != "\n" {
        #expect(![.control, .format].contains(scalar.properties.generalCategory))
      }
    }
  }

  @Test func everyHostileTextStaysOnItsPage() async throws {
    for sample in HostileText.samples() {
      var queries = MadeUpServer().queries
      let text = sample.text
      queries.incidents = { _ in
        ViewPage(items: [
          MadeUpServer.item(
            text, text,
            verdict: VerdictView(
              outcome: .causeFound, component: text, fault: text, confidence: 0.5, statement: text))
        ])
      }
      queries.alerts = { _ in
        ViewPage(items: [MadeUpServer.alert(text, text, text, annotations: ["summary": text], incident: text)])
      }
      let router = Router(context: ServerContext.self)
      try Pages(queries: queries, now: { MadeUpServer.now }).register(on: router)
      for path in ["/incidents", "/alerts"] {
        let html = try await PageReader(router).get(path).text
        #expect(MarkupReader(html).problems.isEmpty, "\(sample.trick)")
        // Long texts are cut, not carried along.
        #expect(html.utf8.count < 60_000, "\(sample.trick): \(html.utf8.count)")
      }
    }
  }

  @Test(arguments: [
    ("https://runbooks.example/latency?x=1#y", true), ("http://10.0.0.1:3000/d/1", true),
    ("javascript:alert(1)", false),
    ("https://user@host.example/", false), ("https:///path", false), ("//host.example", false), ("https://a b", false),
    ("https://h/\u{202E}x", false), ("HTTPS://h", false), ("data:text/html,x", false), ("https://h\\@evil", false),
    ("", false),
  ])
  func onlyPlainWebAddressesBecomeLinks(text: String, isSafe: Bool) {
    #expect(PagePath.isSafeLink(text) == isSafe)
  }

  @Test func linksOfAnnotationsAreChecked() async throws {
    let html = try await PageReader().get("/alerts/00000000000000a1").text
    #expect(html.contains("href=\"https://runbooks.example/latency\""))
    #expect(html.contains("javascript:alert(1)") && !html.contains("href=\"javascript"))
  }

  @Test(arguments: [
    ("/alerts?state=firing", "/alerts?state=firing"), ("//evil.example", "/incidents"), ("https://evil", "/incidents"),
    ("/\\evil.example", "/incidents"), ("/a b", "/incidents"), (nil, "/incidents"),
  ])
  func signingInLeadsNowhereElse(path: String?, target: String) {
    #expect(Pages.safeTarget(path) == target)
  }

  @Test func aFailedSignInSaysWhyAndShowsNoToken() async throws {
    let pages = try Pages(queries: MadeUpServer().queries, now: { MadeUpServer.now })
    let response = pages.signIn(next: "/alerts", problem: "This token is not known.")
    let html = try await PageReader.text(response)
    #expect(response.status == .unauthorized)
    #expect(
      html.contains("role=\"alert\"") && html.contains("This token is not known.") && html.contains("value=\"/alerts\"")
    )
    let fields = MarkupReader(html).elements.filter { $0.name == "input" && $0.attributes["type"] == "password" }
    #expect(fields.count == 1 && fields[0].attributes["value"] == nil)
  }

  @Test func identifiersAreEscapedInAddresses() async throws {
    #expect(PagePath.incident("a/../b?c#d\"") == "/incidents/a%2F..%2Fb%3Fc%23d%22")
    var queries = MadeUpServer().queries
    queries.incident = { $0 == "a/b é" ? IncidentDetail(item: MadeUpServer.item($0, "odd")) : nil }
    let router = Router(context: ServerContext.self)
    try Pages(queries: queries, now: { MadeUpServer.now }).register(on: router)
    #expect(try await PageReader(router).get(PagePath.incident("a/b é")).response.status == .ok)
  }

  @Test func withoutASessionThereIsNothingToSignOutOf() async throws {
    let html = try await PageReader(caller: Caller(name: "local", role: .admin)).get("/incidents").text
    #expect(!html.contains("/sign-out") && html.contains("aria-label=\"Main\""))
  }
}

@Suite struct PageValueTests {
  @Test(arguments: [(5.0, "5 s"), (-3, "0 s"), (240, "4 min"), (7500, "2 h 5 min"), (200_000, "2 d 7 h")])
  func agesAreShort(seconds: Double, text: String) {
    #expect(MomentText(MadeUpServer.now.advanced(bySeconds: -seconds), now: MadeUpServer.now).text == text)
  }

  @Test func theFunnelNeverGrows() {
    let page = AlertListPage(
      ViewPage(items: []), funnel: AlertFunnel(received: 10, deduplicated: 30), state: nil, now: MadeUpServer.now)
    #expect(page.stages.map(\.count) == page.stages.map(\.count).sorted(by: >))
    #expect(page.stages.allSatisfy { $0.percent.hasSuffix("%") })
  }

  @Test func confidenceIsABarAndWords() {
    #expect(ConfidenceText(0.83).percent == "83 %" && ConfidenceText(0.83).bar.width == 40)
    #expect(ShareBar(.nan).width == 0 && ShareBar(7).width == 48)
  }
}
