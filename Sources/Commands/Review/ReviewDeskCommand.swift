import ArgumentParser
import Foundation
import RunbookExecution
import Runbooks

extension ReviewCommand {
  /// The desk on the whole terminal; where there is none, the list.
  struct Desk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "desk", abstract: "The full-screen desk.", shouldDisplay: false)
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let reviewDesk = try desk.desk(global)
      let board = try await CommandFailure.translating { try await reviewDesk.board() }
      guard let terminal = RawTerminal() else {
        for record in board.all where record.isOpen {
          global.console.result(ReviewText(record: record, memory: board.memory, now: DeskOptions.now).line)
        }
        return
      }
      defer { terminal.restore() }
      var screen = ReviewScreen(board, now: DeskOptions.now)
      let acts = ActsUnderWay()
      func draw() {
        let size = terminal.size
        terminal.draw(screen.lines(width: size.width, height: size.height))
      }
      draw()
      for await event in terminal.events() {
        switch event {
        case .closed: return
        case .resized, .tick: break
        case .keys(let bytes):
          for key in ReviewScreen.Key.read(bytes) {
            guard let act = screen.press(key) else { continue }
            if act == .quit {
              await acts.end()
              return
            }
            screen.message = "…"
            acts.begin { [desk, global] in
              await Self.perform(act, reviewDesk, person: desk.person) { try desk.policy(global) }
            }
          }
        }
        if let message = acts.lastMessage() { screen.message = message }
        if let board = try? await reviewDesk.board() { screen.update(board, now: DeskOptions.now) }
        draw()
      }
    }

    /// - Parameter policy: as its file is now: a screen may stand open for days. To stop something needs none.
    /// - Returns: What to say about it.
    private static func perform(
      _ act: ReviewScreen.Act, _ desk: ReviewDesk, person: String, policy: () throws -> Guardrails
    ) async -> String {
      do {
        switch act {
        case .halt, .stop, .quit: break
        default: await desk.replace(try policy())
        }
        switch act {
        case .approve(let id, let shown):
          let record = try await desk.approve(id, by: person, account: DeskOptions.account, shown: shown)
          return record.state == .approved
            ? "\(id) is approved; r runs it" : "\(id) needs \(record.missingApprovals) more approval"
        case .reject(let id, let kind, let reason):
          try await desk.reject(id, kind: kind, reason: reason, by: person)
          return "\(id) is rejected"
        case .amend(let id, let inputs):
          try await desk.amend(id, inputs: inputs, by: person)
          return "\(id) is amended"
        case .run(let id): return Self.outcome(try await desk.run(id))
        case .answer(let id, let answer):
          try await desk.answer(id, answer, by: person)
          return Self.outcome(try await desk.run(id))
        case .undo(let id, let reason): return Self.outcome(try await desk.undo(id, by: person, reason: reason))
        case .halt(let id):
          try await desk.halt(id, by: person)
          return "\(id) is being ended"
        case .stop(let reason):
          try await desk.stop(by: person, reason: reason)
          return "everything is stopped; s lets it go on"
        case .release:
          try await desk.release(by: person)
          return "runs may begin again"
        case .quit: return ""
        }
      } catch {
        return "\(error)"
      }
    }

    private static func outcome(_ record: RemediationRecord) -> String {
      if case .ask? = record.run?.next { return "\(record.proposal.id) waits for your word: r" }
      if case .failed(let why) = record.state { return "\(record.proposal.id) failed. \(why)" }
      return "\(record.proposal.id) is \(record.state.name)"
    }
  }
}

/// What was begun at the screen and goes on while it is looked at.
private final class ActsUnderWay: @unchecked Sendable {
  private let lock = NSLock()
  private var tasks: [Task<Void, Never>] = []
  private var message: String?

  func begin(_ work: @escaping @Sendable () async -> String) {
    let task = Task {
      let text = await work()
      self.lock.withLock { self.message = text }
    }
    lock.withLock { tasks.append(task) }
  }

  func lastMessage() -> String? {
    lock.withLock {
      defer { message = nil }
      return message
    }
  }

  /// Leaving the screen ends what runs, as a broken connection would; it is written down and can be gone on with.
  func end() async {
    let all = lock.withLock { tasks }
    for task in all { task.cancel() }
    for task in all { await task.value }
  }
}
