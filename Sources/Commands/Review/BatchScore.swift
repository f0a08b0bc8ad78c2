import Foundation
import IncidentModel
import Runbooks

/// What one reviewer said to the recommendations for one recorded incident, and what was true.
struct BatchDecision: Codable, Equatable {
  enum Answer: String, Codable { case approved, rejected }

  var reviewer: String
  var caseID: String
  var answer: Answer
  /// Of the recommendation that was approved, from 1.
  var choice: Int?
  /// The components that the recommendations act on, best first.
  var components: [ComponentID]
  /// Which of them act where the fault was; nil until the truth was looked at.
  var isRight: [Bool]?

  /// Approved what acts where the fault was, or rejected advice of which nothing does.
  var isGood: Bool? {
    isRight.map { right in
      switch answer {
      case .approved: choice.map { right.indices.contains($0 - 1) && right[$0 - 1] } ?? false
      case .rejected: !right.contains(true)
      }
    }
  }
}

/// How reviewers and the engine did, measured against what was true.
struct BatchScore {
  struct Row: Equatable {
    var name: String
    var right: Int
    var count: Int

    /// `12 of 15   80 %  (55 % to 93 %)`, with Wilson's 95 % interval.
    var text: String {
      guard count > 0 else { return "none" }
      let interval = WilsonInterval.ofRate(Double(right), of: Double(count))
      return "\(right) of \(count)  \(ReviewText.percent(Double(right) / Double(count)))  "
        + "(\(ReviewText.percent(interval.lowerBound)) to \(ReviewText.percent(interval.upperBound)))"
    }
  }

  var rows: [Row]

  init(_ decisions: [BatchDecision]) {
    var rows: [Row] = []
    // Each incident counts once for the engine, however many reviewed it.
    var cases: [String: [Bool]] = [:]
    for decision in decisions { if let right = decision.isRight { cases[decision.caseID] = right } }
    rows.append(Row(name: "engine, first right", right: cases.values.count { $0.first == true }, count: cases.count))
    rows.append(Row(name: "engine, any right", right: cases.values.count { $0.contains(true) }, count: cases.count))
    for reviewer in Set(decisions.map(\.reviewer)).sorted() {
      let own = decisions.filter { $0.reviewer == reviewer && $0.isRight != nil }
      let approved = own.filter { $0.answer == .approved }
      let good = own.filter { $0.isRight?.contains(true) == true }
      let wrong = own.filter { $0.isRight?.contains(true) == false }
      rows += [
        Row(name: "\(reviewer), decided well", right: own.count { $0.isGood == true }, count: own.count),
        Row(
          name: "\(reviewer), approved and right", right: approved.count { $0.isGood == true }, count: approved.count),
        Row(name: "\(reviewer), right advice taken", right: good.count { $0.isGood == true }, count: good.count),
        Row(name: "\(reviewer), wrong advice refused", right: wrong.count { $0.isGood == true }, count: wrong.count),
      ]
    }
    self.rows = rows
  }

  var lines: [String] {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { $0.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.text }
  }
}

/// Decisions on disk: one JSON object a line. A line is written before the truth is looked at, and once more with it; the
/// last of a reviewer for an incident counts.
struct BatchJournal {
  var file: String

  /// - Throws: `CommandFailure` for a line that is none of ours; one without an end was broken off and counts for nothing.
  func decisions() throws -> [BatchDecision] {
    guard let data = FileManager.default.contents(atPath: file) else { return [] }
    var decisions: [BatchDecision] = []
    let whole = data.lastIndex(of: 10).map { data[...$0] } ?? Data()
    for (number, line) in whole.split(separator: 10).enumerated() {
      do {
        let decision = try JSONDecoder().decode(BatchDecision.self, from: Data(line))
        decisions.removeAll { $0.reviewer == decision.reviewer && $0.caseID == decision.caseID }
        decisions.append(decision)
      } catch {
        throw CommandFailure(.badInput, "\(file):\(number + 1): this is no decision of a batch review")
      }
    }
    return decisions
  }

  func append(_ decision: BatchDecision) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure(.usage, "\(file) cannot be written") }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // What was broken off has no end, and nobody was told of it.
    let end = FileManager.default.contents(atPath: file)?.lastIndex(of: 10).map { $0 + 1 } ?? 0
    try handle.truncate(atOffset: UInt64(end))
    try handle.seekToEnd()
    try handle.write(contentsOf: encoder.encode(decision) + Data("\n".utf8))
    try handle.synchronize()
  }
}
