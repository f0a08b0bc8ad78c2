import IncidentModel
import RootCauseAnalysis
import Testing

/// Series alone, and nobody knows who calls whom: size and the pooling of evidence have to tell.
@Suite struct UnmappedTests {
  private func ranking(_ signals: [Signal]) -> [ComponentID] {
    Attribution(
      incident: Incident(id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60)),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
      signals: signals, serviceMap: ServiceMap()
    ).assessment.ranking.map(\.component)
  }

  private func latency(_ component: ComponentID, to milliseconds: Double, from usual: Double, strength: Double)
    -> Signal
  {
    metric(component, "latency-50", .latency, from: usual, to: milliseconds, strength: strength)
  }

  private func failures(_ component: ComponentID, share: Double?, strength: Double = 3) -> Signal {
    var signal = metric(component, "error", .errors, from: 1, to: 30, strength: strength)
    signal.failingShare = share
    return signal
  }

  /// The same tenth of a second: the quieter series of a caller is more significant, the callee's factor is larger.
  @Test func aDelayIsBlamedOnWhomItSlowsByTheLargestFactor() {
    #expect(
      ranking([
        latency("store", to: 120, from: 20, strength: 2), latency("orders", to: 180, from: 80, strength: 3),
        latency("front", to: 300, from: 200, strength: 3.5),
      ]) == ["store", "orders", "front"])
  }

  @Test func failuresAreComparedByTheShareOfRequests() {
    #expect(
      ranking([
        failures("store", share: 0.6, strength: 1), failures("orders", share: 0.3), failures("front", share: 0.1),
      ])
        == ["store", "orders", "front"])
  }

  /// Two that fail and log alike: the line of one speaks of the other.
  @Test func whomALineNamesIsTheCauseBeforeWhoWroteIt() {
    func line(_ component: ComponentID, _ text: String) -> Signal {
      var signal = sign(component, .logPattern, text, strength: 40)
      signal.direction = .rise
      return signal
    }
    let failing = [failures("carts", share: 0.5), failures("stock", share: 0.5)]
    let own = line("stock", "panic: index out of range [*]")
    #expect(ranking(failing + [line("carts", "upstream stock returned *"), own]).first == "stock")
    // Named, but not in trouble: no more than a word.
    #expect(ranking(failing + [line("carts", "upstream mail returned *"), own]).first == "carts")
    #expect(ranking(failing + [line("carts", "understock"), own]).first == "carts")
  }

  @Test func whoAlsoUsesMoreIsTheCauseAmongThoseThatAreSlow() {
    #expect(
      ranking([
        latency("orders", to: 260, from: 80, strength: 3), latency("front", to: 600, from: 200, strength: 3),
        metric("orders", "cpu", .cpu, from: 0.2, to: 0.9),
      ]).first == "orders")
  }

  /// Three percentiles of one series say the same thing once.
  @Test func percentilesAreOneVote() {
    let many = ["latency-50", "latency-90", "latency-99"].map {
      metric("front", $0, .latency, from: 200, to: 400)
    }
    #expect(ranking(many + [latency("store", to: 60, from: 20, strength: 3)]).first == "store")
  }

  /// What a spike of an idle disk lacks is anybody who suffers.
  @Test func aSmallRiseOfAResourceElsewhereDoesNotOutweighWhatCallersNotice() {
    let backup = metric("archive", "diskio", .disk, from: 1, to: 1.3, strength: 3.5)
    #expect(
      ranking([backup, latency("store", to: 120, from: 20, strength: 2), failures("store", share: 0.2)]).first
        == "store")
  }

  @Test func failuresThatNobodyCountsRequestsOfCountByTheirFactor() {
    #expect(ranking([failures("store", share: nil), failures("front", share: 0.05)]).first == "store")
  }
}
