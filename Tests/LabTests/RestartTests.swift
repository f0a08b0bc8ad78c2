import Testing

@testable import Lab

/// How long the lab's supervisor waits before it starts a process again.
@Suite struct RestartTests {
  @Test func whoWasToldToEndComesBackAtOnce() {
    #expect(ProcessTable.pauseSeconds(after: 143, livedSeconds: 3, lastSeconds: 4) == 0)
  }

  @Test func whoCrashesAgainAndAgainWaitsLonger() {
    var pause = 0.0
    let pauses = (0..<6).map { _ in
      pause = ProcessTable.pauseSeconds(after: 134, livedSeconds: 2, lastSeconds: pause)
      return pause
    }
    #expect(pauses == [0.5, 1, 2, 4, 8, 8])
    #expect(ProcessTable.pauseSeconds(after: 134, livedSeconds: 60, lastSeconds: 8) == 0.5)
  }
}
