import ArgumentParser
import BlackboardStore
import Evaluation
import Foundation
import IncidentModel
import Runbooks
import Telemetry

extension ReviewCommand {
  struct Batch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "batch",
      abstract: "Decide on the recommendations of recorded incidents, and see how you and the engine did.",
      discussion: """
        Each incident of the dataset is investigated as if it were now; you approve a recommendation or reject all, and \
        only then are told what was true. Nothing is carried out. What was decided is kept, so that it can be gone on with.

        tocsin review batch datasets/simulated --as ann
        tocsin review batch datasets/simulated --score
        """)
    @Argument(help: ArgumentHelp("The folder of the dataset.", valueName: "dataset")) var folder: String
    @Option(help: .adapter) var adapter: String?
    @Option(help: ArgumentHelp("At most so many incidents this time.", valueName: "count")) var count: Int?
    @Option(
      help: ArgumentHelp("Where decisions are kept; batch/<dataset>.jsonl in the desk's folder.", valueName: "file"))
    var results: String?
    @Flag(help: "Only show how everybody did so far.") var score = false
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let project = try global.projectFolder()
      let dataset = try ReplayDataset(folder: folder, adapter: try AdapterCatalog.adapter(named: adapter, for: folder))
      let journal = BatchJournal(
        file: results
          ?? "\(desk.store ?? project.path + "/.tocsin")/batch/\(dataset.name.replacing("/", with: "-")).jsonl")
      if !score {
        try await review(dataset, journal, try Engine(project), try RunbookCommand.library(project.runbooks))
      }
      for line in BatchScore(try journal.decisions()).lines { global.console.result(line) }
    }

    private func review(
      _ dataset: ReplayDataset, _ journal: BatchJournal, _ engine: Engine, _ library: RunbookLibrary
    ) async throws {
      let input = LineInput(descriptor: STDIN_FILENO, maximumLineBytes: 4096)
      let known = try journal.decisions()
      let done = Set(known.filter { $0.reviewer == desk.person && $0.isRight != nil }.map(\.caseID))
      let open = try dataset.adapter.cases().filter { !done.contains($0.id) }.sorted { Self.place($0) < Self.place($1) }
      var left = count ?? open.count
      for (number, reference) in open.enumerated() where left > 0 {
        let window = try dataset.adapter.read(reference, options: ReadOptions())
        let snapshot = try await engine.investigate(window, storage: MemoryStorage())
        let proposals = Proposal.Advised(snapshot).map { Proposal.all(from: $0, library: library) } ?? []
        // Broken off between the answer and the truth: the answer stands.
        let earlier = known.first { $0.reviewer == desk.person && $0.caseID == reference.id }
        var decision = earlier
        if decision == nil {
          decision = try await decide(reference, "\(number + 1) of \(open.count)", snapshot, proposals, input)
        }
        guard let decision else { return }
        if decision.caseID.isEmpty { continue }
        if earlier == nil { try journal.append(decision) }
        try tell(decision, proposals, try CaseTruth(dataset, reference, window, snapshot), journal)
        left -= 1
      }
      if open.isEmpty { global.console.note("every incident of this dataset has been decided by \(desk.person)") }
    }

    /// An order that gives nothing away and is the same each time.
    private static func place(_ reference: CaseReference) -> String { ContentDigest.of("batch \(reference.id)") }

    /// - Returns: Nil where the reviewer stops; without a case where they pass this one over.
    private func decide(
      _ reference: CaseReference, _ place: String, _ snapshot: BlackboardSnapshot, _ proposals: [Proposal],
      _ input: LineInput
    ) async throws -> BatchDecision? {
      var decision = BatchDecision(
        reviewer: desk.person, caseID: reference.id, answer: .rejected, components: proposals.map(\.component))
      let console = global.console
      // Neither its name nor its title: where a dataset comes from, they may give the answer away.
      let symptom = snapshot.opening?.incident.symptom.map { symptom in
        ", first seen at \(symptom.component)" + (symptom.metric.map { ", \($0)" } ?? "")
      }
      console.result("")
      console.result(ReviewText.row("incident", "\(place)\(symptom ?? "")"))
      for (number, proposal) in proposals.enumerated() {
        var numbered = proposal
        numbered.id = ProposalID("\(number + 1)")
        let text = ReviewText(
          record: RemediationRecord(numbered, at: DeskOptions.now), memory: OutcomeMemory(), now: DeskOptions.now)
        for line in number == 0 ? text.lines : [text.line] { console.result(line) }
      }
      if proposals.isEmpty { console.result("           nothing that a runbook is for was found") }
      let most = proposals.count
      console.note(most == 0 ? "x agree that nothing is to be done, s pass over, q stop" : Self.question(most))
      while case .line(let bytes)? = await input.next() {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        switch words.first {
        case "a" where most > 0:
          guard let number = words.count > 1 ? Int(words[1]) : 1, (1...most).contains(number) else { break }
          (decision.answer, decision.choice) = (.approved, number)
          return decision
        case "x": return decision
        case "s":
          decision.caseID = ""
          return decision
        case "q": return nil
        default: break
        }
        console.note(Self.question(most))
      }
      return nil
    }

    private static func question(_ most: Int) -> String {
      "a approve the first\(most > 1 ? ", a 2 … a \(most) another" : ""), x reject all, s pass over, q stop"
    }

    private func tell(
      _ given: BatchDecision, _ proposals: [Proposal], _ truth: CaseTruth, _ journal: BatchJournal
    ) throws {
      var decision = given
      decision.isRight = given.components.map { truth.accepted.contains($0) }
      try journal.append(decision)
      global.console.result(
        ReviewText.row("truth", truth.statement)
          + (decision.isGood == true ? "  – you decided well" : "  – not what you decided"))
    }
  }
}

/// What was true of a recorded incident, looked at when the decision is written.
struct CaseTruth {
  /// Every name that counts as right; empty where nothing was wrong.
  var accepted: Set<ComponentID>
  var statement: String

  init(
    _ dataset: ReplayDataset, _ reference: CaseReference, _ window: TelemetryWindow, _ snapshot: BlackboardSnapshot
  ) throws {
    let truth = try dataset.truth.truth(of: reference)
    guard !truth.isHealthy else {
      (accepted, statement) = ([], "nothing was wrong")
      return
    }
    let all = [truth] + truth.further
    accepted = Set(try all.map { try AnswerKey($0, in: window) }.flatMap(\.matching))
    statement = all.map { one in
      one.components.map(\.id.rawValue).joined(separator: " or ") + (one.fault.map { ", \($0.rawValue)" } ?? "")
    }.joined(separator: "; ")
  }
}
