import Testing

@testable import Evaluation

@Suite struct TurnsTests {
  @Test(arguments: [(0, 1), (1, 1), (1, 4), (7, 2), (100, 3), (1000, 16)])
  func everyTurnIsGivenOnceWhoeverAsks(count: Int, workers: Int) async {
    let turns = Turns(count: count, workers: workers)
    let given = await withTaskGroup(of: [Int].self) { group in
      for worker in 0..<workers { group.addTask { Array(sequence(state: worker) { turns.next(for: $0) }) } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(given.sorted() == Array(0..<count))
  }

  @Test func aWorkerKeepsToItsOwnStretchAndThenHelpsWhereMostIsLeft() {
    let turns = Turns(count: 9, workers: 3)
    #expect([0, 1, 2, 0].map { turns.next(for: $0) } == [0, 3, 6, 1])
    #expect(turns.next(for: 1) == 4)
    #expect(turns.next(for: 1) == 5)
    #expect(turns.next(for: 1) == 7)
    // One is left of the first stretch and one of the last.
    #expect(Set((0..<2).map { _ in turns.next(for: 1) }) == [2, 8])
    #expect((0..<3).allSatisfy { turns.next(for: $0) == nil })
  }
}
