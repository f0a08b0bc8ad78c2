import Testing

@testable import Shop

@Suite struct ShopTests {
  @Test func answersForKnownNamesOnly() throws {
    // A query for `cart`, type A, class IN.
    let question: [UInt8] = [4, 99, 97, 114, 116, 0, 0, 1, 0, 1]
    let query: [UInt8] = [7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + question
    let (name, reply) = try #require(NameServer.answer(query, ["cart": "10.1.2.3"]))
    #expect(name == "cart")
    #expect(reply.prefix(2) == [7, 9])
    #expect(reply[3] & 15 == 0 && reply[7] == 1)
    #expect(reply.suffix(4) == [10, 1, 2, 3])
    let unknown = try #require(NameServer.answer(query, [:]))
    #expect(unknown.reply[3] & 15 == 3 && unknown.reply[7] == 0)
    #expect(NameServer.answer(Array(query.prefix(14)), [:]) == nil)
    #expect(NameServer.answer([0, 0, 0, 0, 0, 1] + [UInt8](repeating: 200, count: 40), [:]) == nil)
  }

  @Test func dayHasAQuietAndABusyTime() {
    var configuration = ShopConfiguration(component: "load", folder: "")
    configuration.settings.daySeconds = 100
    let rates = (0..<100).map { LoadGenerator.rate(configuration, atSeconds: Double($0)) }
    let mean = rates.reduce(0, +) / 100
    #expect(abs(mean - configuration.settings.requestsPerSecond) < 0.5)
    #expect((rates.max() ?? 0) > 1.15 * mean && (rates.min() ?? 0) < 0.85 * mean)
    configuration.behaviour.trafficFactor = 3
    #expect(LoadGenerator.rate(configuration, atSeconds: 0) == 3 * rates[0])
  }

  @Test func everyVisitIsAsFrequentAsItsShare() {
    #expect(LoadGenerator.Visit.allCases.map(\.share).reduce(0, +) == 100)
    #expect(LoadGenerator.Visit.chosen(by: 0) == .product)
    #expect(LoadGenerator.Visit.chosen(by: 0.6) == .category)
    #expect(LoadGenerator.Visit.chosen(by: 0.999) == .buy)
  }

  @Test func traceGoesOnInTheChild() throws {
    var random = QuickRandom(seed: 3)
    let root = RequestTrace(sampled: true, random: &random)
    let read = try #require(RequestTrace(header: root.header, random: &random))
    #expect(read.trace == root.trace && read.parent == root.span && read.isSampled)
    #expect(read.child(random: &random).parent == read.span)
    #expect(RequestTrace(header: "00-12-34-01", random: &random) == nil)
  }

  @Test func histogramsAreCumulative() {
    let metrics = MetricRegistry()
    for seconds in [0.0005, 0.003, 99] { metrics.observe("took_seconds", "peer=\"x\"", seconds: seconds) }
    metrics.count("errors_total", "code=\"500\"")
    let lines = metrics.text().split(separator: "\n")
    #expect(lines.contains("took_seconds_bucket{peer=\"x\",le=\"0.001\"} 1"))
    #expect(lines.contains("took_seconds_bucket{peer=\"x\",le=\"6.0\"} 2"))
    #expect(lines.contains("took_seconds_bucket{peer=\"x\",le=\"+Inf\"} 3"))
    #expect(lines.contains("took_seconds_count{peer=\"x\"} 3"))
    #expect(lines.contains("errors_total{code=\"500\"} 1.0"))
  }

  @Test func fullPlacesTurnAway() {
    let places = Places(count: 1)
    #expect(places.take(waitingSeconds: 0))
    #expect(!places.take(waitingSeconds: 0))
    places.resize(2)
    #expect(places.take(waitingSeconds: 0))
    places.giveBack()
    #expect(places.inUse == 1)
  }
}
