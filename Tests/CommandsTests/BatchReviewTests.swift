import Foundation
import IncidentModel
import TestSupport
import Testing

@testable import Commands

/// Batch review: what it measures, and that it can be gone on with.
@Suite struct BatchReviewTests {
  private func decision(
    _ reviewer: String, _ caseID: String, _ choice: Int?, _ right: [Bool]?
  ) -> BatchDecision {
    BatchDecision(
      reviewer: reviewer, caseID: caseID, answer: choice == nil ? .rejected : .approved, choice: choice,
      components: (right ?? [true]).map { _ in "api" }, isRight: right)
  }

  @Test func reviewersAndTheEngineAreMeasuredAgainstWhatWasTrue() {
    let score = BatchScore([
      decision("ann", "1", 1, [true, false]), decision("ann", "2", 1, [false, true]),
      decision("ann", "3", nil, [false]),
      decision("ann", "4", nil, []), decision("bob", "1", nil, [true, false]), decision("bob", "2", 2, [false, true]),
      decision("bob", "5", 1, nil),
    ])
    let rows = Dictionary(score.rows.map { ($0.name, [$0.right, $0.count]) }) { $1 }
    #expect(
      rows == [
        "engine, first right": [1, 4], "engine, any right": [2, 4], "ann, decided well": [3, 4],
        "ann, approved and right": [1, 2], "ann, right advice taken": [1, 2], "ann, wrong advice refused": [2, 2],
        "bob, decided well": [1, 2], "bob, approved and right": [1, 1], "bob, right advice taken": [1, 2],
        "bob, wrong advice refused": [0, 0],
      ])
    #expect(score.lines.contains { $0.contains("3 of 4  75 %  (30 % to 95 %)") }, "\(score.lines)")
  }

  @Test func decisionsAreKeptAndTheLastCounts() throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let journal = BatchJournal(file: workspace.path("batch/a.jsonl"))
    #expect(try journal.decisions().isEmpty)
    try journal.append(decision("ann", "1", 1, nil))
    try journal.append(decision("ann", "1", 1, [true]))
    #expect(try journal.decisions() == [decision("ann", "1", 1, [true])])
    // A line that was broken off counts for nothing and harms no other.
    let handle = try FileHandle(forWritingTo: URL(filePath: journal.file))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"reviewer\":".utf8))
    try handle.close()
    #expect(try journal.decisions().count == 1)
    try journal.append(decision("bob", "1", nil, [true]))
    #expect(try journal.decisions().map(\.reviewer) == ["ann", "bob"])
    try Data("not one\n".utf8).write(to: URL(filePath: journal.file))
    #expect(throws: CommandFailure.self) { try journal.decisions() }
  }

  private static let program = Workspace.project + "/.build/debug/tocsin"

  /// Through the program: the truth comes after the answer, a stop loses nothing, and the next time goes on.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: program), "wants the program beside the tests"))
  func aBatchIsDecidedAndGoneOnWith() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try workspace.writeCase("set/one", isFaulty: true)
    try workspace.writeCase("set/two", isFaulty: true)
    func review(_ input: String, _ more: String...) async throws -> String {
      let arguments =
        ["review", "batch", workspace.path("set"), "--as", "ann", "--store", workspace.path("desk")] + more
      return try await onOwnThread {
        let process = SpawnedProcess()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = arguments + ["--project", Workspace.project]
        // From a file: who ends early must not end the tests with a broken pipe.
        let asked = workspace.path("input-" + UUID().uuidString)
        try Data(input.utf8).write(to: URL(filePath: asked))
        let said = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: asked))
        process.standardOutput = said
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
      }
    }
    let first = try await review("nonsense\nx\nq\n")
    #expect(first.contains("truth      "), "\(first)")
    let asked = try #require(first.firstRange(of: "incident   "))
    let told = try #require(first.firstRange(of: "truth      "))
    #expect(asked.lowerBound < told.lowerBound)
    #expect(first.contains("ann, decided well") && first.contains("of 1  "))
    let second = try await review("a\n")
    #expect(second.components(separatedBy: "truth      ").count == 2 && second.contains("of 2  "), "\(second)")
    #expect(try await review("").contains("of 2  "))
    #expect(try await !review("", "--score").contains("truth"))
  }
}
