import Hummingbird
import TestSupport
import Testing

@testable import IncidentServer

/// The pages behind the server's own door.
@Suite(.timeLimit(.minutes(5))) struct ServedPagesTests {
  private static let html = [("Accept", "text/html,application/xhtml+xml")]

  @Test func readersComeInByTheDoor() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let token = try await AccessTokens(harness.server.store).create(
      name: "mira", role: .viewer, by: "test", at: harness.clock.now
    ).token
    let refused = try await harness.send(.get, "/incidents?state=open", headers: Self.html)
    #expect(refused.status == 303)
    #expect(refused.headers[.location] == "/sign-in?next=%2Fincidents%3Fstate%3Dopen")
    let door = try await harness.send(.get, "/sign-in", headers: Self.html)
    #expect(door.status == 200 && MarkupReader(door.text).problems.isEmpty)
    let sheet = try #require(door.text.firstMatch(of: /href="(\/assets\/[^"]*\.css)"/)).1
    #expect(try await harness.send(.get, String(sheet)).status == 200)
    let wrong = try await harness.send(.post, "/sign-in", "token=wrong&next=%2Falerts")
    #expect(wrong.status == 401 && wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"/alerts\""))
    let signedIn = try await harness.send(.post, "/sign-in", "token=\(token)&next=%2Falerts")
    #expect(signedIn.headers[.location] == "/alerts")
    let cookie = try #require(signedIn.headers[.setCookie])
    let session = [("Cookie", String(cookie.prefix { $0 != ";" }))] + Self.html
    for path in ["/incidents", "/alerts", "/services", "/runbooks", "/replays", "/settings"] {
      let page = try await harness.send(.get, path, headers: session)
      #expect(page.status == 200 && MarkupReader(page.text).problems.isEmpty, "\(path)")
      #expect(page.text.contains("name=\"csrf\"") && page.text.contains("mira"))
      #expect(page.headers[.contentSecurityPolicy] == Pages.contentSecurityPolicy)
    }
    await harness.stop()
  }

  @Test func peopleAreToldOnAPageAndProgramsAreNot() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let page = try await harness.send(.get, "/nothing/here", headers: Self.html)
    #expect(page.status == 404 && page.text.contains("What to do"))
    #expect(page.headers[.contentType] == Pages.pageType)
    let answer = try await harness.send(.get, "/nothing/here")
    #expect(answer.status == 404 && answer.headers[.contentType] == "application/problem+json")
    let api = try await harness.send(.get, "/api/v1/incidents/INC-9", headers: Self.html)
    #expect(api.headers[.contentType] == "application/problem+json")
    await harness.stop()
  }
}
