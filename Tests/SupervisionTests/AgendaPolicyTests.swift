import IncidentModel
import Supervision
import Testing

private typealias Standing = AgendaPolicy.Standing

@Suite struct AgendaPolicyTests {
  private let policy = AgendaPolicy(budget: InvestigationBudget(turns: 5, wallSeconds: 100))

  private func next(_ standings: [Standing], turn: Int = 0, elapsed: Double = 0) -> AgendaPolicy.Step {
    policy.next(turn: turn, elapsedSeconds: elapsed, standings: standings)
  }

  @Test func allThatAreReadyRunTogetherInCatalogueOrder() {
    let standings = [
      Standing(name: "b", isReady: true), Standing(name: "c", isReady: false), Standing(name: "a", isReady: true),
    ]
    #expect(next(standings) == .run(["b", "a"]))
  }

  @Test func nobodyReadyIsSettledWhateverIsSpent() {
    #expect(next([]) == .conclude(.settled))
    let standings = [Standing(name: "a", isReady: false), Standing(name: "b", isReady: true, condition: .givenUp)]
    #expect(next(standings, turn: 9, elapsed: 1000) == .conclude(.settled))
  }

  @Test func whoLetsOthersFirstWaitsWhileTheyAreReadyAndNoLonger() {
    let last = Standing(name: "last", isReady: true, letsFirst: ["first", "absent", "last"])
    #expect(next([last, Standing(name: "first", isReady: true)]) == .run(["first"]))
    #expect(next([last, Standing(name: "first", isReady: false)]) == .run(["last"]))
    #expect(next([last, Standing(name: "first", isReady: true, condition: .givenUp)]) == .run(["last"]))
    let recovering = Standing(name: "first", isReady: true, condition: .recovering(restSeconds: 3))
    #expect(next([last, recovering]) == .wait(seconds: 3))
  }

  @Test func politenessInACircleDoesNotStopTheWork() {
    let standings = [
      Standing(name: "a", isReady: true, letsFirst: ["b"]), Standing(name: "b", isReady: true, letsFirst: ["a"]),
    ]
    #expect(next(standings) == .run(["a"]))
  }

  @Test func spentBoundsConclude() {
    let ready = [Standing(name: "a", isReady: true)]
    #expect(next(ready, turn: 4, elapsed: 99) == .run(["a"]))
    #expect(next(ready, turn: 5) == .conclude(.turnsSpent(5)))
    #expect(next(ready, elapsed: 100) == .conclude(.timeSpent(100)))
  }

  @Test func theRecoveringRunWhenNobodyElseCan() {
    let able = Standing(name: "able", isReady: true)
    func recovering(_ name: AgentName, _ rest: Double) -> Standing {
      Standing(name: name, isReady: true, condition: .recovering(restSeconds: rest))
    }
    #expect(next([recovering("a", 0), able]) == .run(["able"]))
    #expect(next([recovering("a", 2), recovering("b", 5)]) == .wait(seconds: 5))
    #expect(next([recovering("a", 0), recovering("b", 0)]) == .run(["a", "b"]))
    #expect(next([recovering("a", 2)], elapsed: 99) == .conclude(.timeSpent(100)))
  }

  @Test func reasonsSayWhichBoundWasReached() {
    #expect(ConclusionReason.turnsSpent(5).statement.contains("5 turns"))
    #expect(ConclusionReason.timeSpent(1).statement.contains("1 second "))
    #expect(ConclusionReason.timeSpent(0.5).statement.contains("0.5 seconds"))
  }
}
