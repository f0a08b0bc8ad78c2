import Foundation
import Hummingbird
import IncidentModel
import Reporting
import TestSupport
import Testing

@testable import IncidentServer

@Suite struct PagesTests {
  static let paths = [
    "/incidents", "/incidents/INC-1", "/incidents/INC-2", "/incidents/INC-3", "/incidents/INC-4", "/incidents/INC-5",
    "/incidents?service=nothing", "/alerts", "/alerts/00000000000000a1", "/alerts/00000000000000a3",
    "/alerts/00000000000000a5", "/services", "/runbooks", "/runbooks/roll-back-release", "/replays",
    "/replays/2026-11-24-2a7e4fc", "/settings", "/sign-in", "/incidents/none", "/decisions",
  ]

  @Test(arguments: paths)
  func isValid(path: String) async throws {
    let (response, html) = try await PageReader().get(path)
    #expect(response.status == (path == "/incidents/none" ? .notFound : .ok))
    try check(html)
  }

  /// Balanced tags, one heading of the first rank, labels, landmarks, no identifier twice, nothing that the policy forbids.
  private func check(_ html: String) throws {
    let page = MarkupReader(html)
    #expect(page.problems.isEmpty, "\(page.problems)")
    #expect(page.elements.count { $0.name == "h1" } == 1)
    #expect(page.elements.count { $0.name == "main" } == 1)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count, "twice: \(ids.filter { id in ids.count { $0 == id } > 1 })")
    let labelled = Set(page.elements.filter { $0.name == "label" }.compactMap { $0.attributes["for"] })
    for element in page.elements {
      #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") && $0 != "style" }, "\(element)")
      #expect(!["style", "iframe", "object", "embed", "base"].contains(element.name))
      if element.name == "script" { #expect(element.attributes["src"]?.hasPrefix("/assets/") == true) }
      if ["input", "select"].contains(element.name), element.attributes["type"] != "hidden" {
        #expect(labelled.contains(element.attributes["id"] ?? ""), "no label: \(element)")
      }
      if element.name == "th" { #expect(["col", "row"].contains(element.attributes["scope"])) }
      for name in ["aria-labelledby", "aria-describedby"] {
        if let target = element.attributes[name] { #expect(ids.contains(target), "\(target) leads nowhere") }
      }
      guard element.name == "a", let href = element.attributes["href"] else { continue }
      if href.hasPrefix("#") {
        #expect(ids.contains(String(href.dropFirst())), "\(href) leads nowhere")
      } else {
        #expect(href.hasPrefix("/") || href.hasPrefix("https://"), "\(href)")
      }
    }
  }

  @Test(arguments: [
    ("/incidents", "incidents"), ("/incidents/INC-1", "incident"), ("/incidents/INC-2", "incident-running"),
    ("/incidents/INC-3", "incident-waiting"), ("/alerts", "alerts"), ("/alerts/00000000000000a3", "alert"),
    ("/services", "services"), ("/runbooks", "runbooks"), ("/runbooks/roll-back-release", "runbook"),
    ("/replays", "replays"), ("/replays/2026-11-24-2a7e4fc", "replay"), ("/settings", "settings"),
    ("/sign-in", "sign-in"), ("/incidents/none", "not-found"), ("/decisions", "decisions"),
  ])
  func reads(path: String, name: String) async throws {
    try Golden("\(name).txt").expect(PageReader.words(try await PageReader().get(path).text))
  }

  @Test func emptyServerTeachesTheFirstSteps() async throws {
    let router = Router(context: ServerContext.self)
    var queries = MadeUpServer().queries
    queries.incidents = { _ in ViewPage(items: []) }
    queries.alerts = { _ in ViewPage(items: []) }
    queries.services = { [] }
    queries.runbooks = { [] }
    queries.replays = { [] }
    try Pages(queries: queries, address: ServerAddress(host: "10.0.0.7", port: 80), now: { MadeUpServer.now })
      .register(on: router)
    let reader = PageReader(router)
    for path in ["/incidents", "/alerts", "/services", "/runbooks", "/replays"] {
      try check(try await reader.get(path).text)
    }
    let html = try await reader.get("/incidents").text
    #expect(html.contains("alertmanagers:") && html.contains("10.0.0.7:80"))
    #expect(!html.contains("<table"))
  }

  @Test(arguments: [401, 403, 404, 429, 500, 503])
  func errorPagesSayWhatToDo(status: Int) async throws {
    let pages = try Pages(queries: MadeUpServer().queries, now: { MadeUpServer.now })
    let response = pages.problem(status)
    #expect(response.status.code == status)
    let html = try await PageReader.text(response)
    try check(html)
    #expect(html.contains("What to do") && html.contains("<li>"))
  }

  @Test func everyAnswerCarriesTheStrictPolicy() async throws {
    for path in ["/incidents", "/sign-in", "/incidents/none"] {
      let headers = try await PageReader().get(path).response.headers
      let policy = try #require(headers[.contentSecurityPolicy])
      #expect(
        policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe") && policy.contains("frame-ancestors"))
      #expect(headers[.xContentTypeOptions] == "nosniff" && headers[.cacheControl] == "no-store")
    }
  }

  @Test func assetsAreKeptForEverUnderTheirDigest() async throws {
    let html = try await PageReader().get("/incidents").text
    let sheet = try #require(html.firstMatch(of: /href="(\/assets\/[0-9a-f]{12}\/tocsin.css)"/)).1
    let (response, rules) = try await PageReader().get(String(sheet))
    #expect(response.headers[.cacheControl]?.contains("immutable") == true)
    #expect(rules.hasPrefix(ReportStyle.rules) && !rules.contains("url(") && !rules.contains("@import"))
    #expect(try await PageReader().get("/assets/x/none.js").response.status == .notFound)
  }

  @Test func theHomeIsTheListOfIncidents() async throws {
    let response = try await PageReader().get("/").response
    #expect(response.status == .seeOther && response.headers[.location] == "/incidents")
  }

  @Test func everyResourceIsServed() throws {
    let folder =
      URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path + "/Sources/IncidentServer/Pages/Resources"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let templates = files.filter { $0.hasSuffix(".mustache") }
    #expect(Set(templates) == Set(PageTemplates.sources.keys.map { "\($0).mustache" }))
    let others = Set(files).subtracting(templates)
    #expect(others.subtracting(["pages.css"]) == Set(PageAssets().assets.keys).subtracting(["tocsin.css"]))
    // Markup of ours is the only thing that is not escaped.
    let raw = templates.flatMap { name -> [String] in
      let text = String(decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
      #expect(!text.contains("{{&"))
      return text.matches(of: /\{\{\{(\w+)\}\}\}/).map { "\(name) \($0.1)" }
    }
    #expect(
      raw.sorted() == [
        "decision.mustache markup", "decision.mustache markup", "decision.mustache markup", "incident.mustache lead",
        "incident.mustache rest", "layout.mustache body", "replay.mustache diagram",
      ])
  }
}
