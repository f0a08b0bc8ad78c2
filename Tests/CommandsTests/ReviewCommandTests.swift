import Foundation
import TestSupport
import Testing

@testable import Commands

/// The desk from the command line: from an alert to a verified end, and full-screen in a real terminal.
@Suite struct ReviewCommandTests {
  /// A project with the engine's agents and one runbook that needs no cluster.
  private func project(_ workspace: Workspace) throws {
    for name in ["agents", "prompts"] {
      try FileManager.default.createSymbolicLink(
        atPath: workspace.path(name), withDestinationPath: Workspace.project + "/" + name)
    }
    try FileManager.default.createDirectory(atPath: workspace.path("runbooks"), withIntermediateDirectories: true)
    try Data(
      """
      name: give-room
      title: Give {{component}} room
      purpose: For tests.
      owner: tests
      appliesTo: {faults: [cpu, memory, code, dependency], roles: [application], kinds: [service], minimumConfidence: 0}
      inputs:
        - {name: component, type: component, from: finding.component}
      preconditions:
        - {says: It is busy., query: 'busy{name="{{component}}"}'}
      steps:
        - {title: Give it room, kind: run, run: [touch, "\(workspace.folder)/room-{{component}}"]}
      expectedEffect: It is quick again.
      verification: {says: It is quick., query: 'quick{name="{{component}}"}', withinSeconds: 120}
      blastRadius: component
      risk: low
      reversible: false
      approvals: one

      """.utf8
    ).write(to: URL(filePath: workspace.path("runbooks/give-room.yaml")))
  }

  private func run(_ workspace: Workspace, _ words: String...) async -> Int32 {
    await TocsinCommand.run(words + ["--project", workspace.folder, "--quiet"])
  }

  @Test func fromAnAlertToAVerifiedEnd() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try project(workspace)
    try workspace.writeCase("case", isFaulty: true)
    let room = workspace.path("room-ledger")
    let prometheus = try LoopbackServer { request, connection in
      let query = request.query["query"] ?? ""
      let isDone = FileManager.default.fileExists(atPath: room)
      let holds = query == "busy{name=\"ledger\"}" && !isDone || query == "quick{name=\"ledger\"}" && isDone
      let result = holds ? "[{\"metric\":{},\"value\":[1,\"1\"]}]" : "[]"
      connection.answer(
        200, headers: [], "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":\(result)}}")
      return true
    }
    defer { prometheus.stop() }
    let store = "sqlite:" + workspace.path("incidents.sqlite")
    #expect(await run(workspace, "investigate", workspace.path("case"), "--store", store) == 0)
    #expect(await run(workspace, "review", "add", store) == 0)
    #expect(await run(workspace, "review", "run", "P1", "--prometheus", prometheus.origin) == 64)
    #expect(await run(workspace, "review", "approve", "P1", "--as", "ann") == 0)
    // Nobody to ask: nothing is done.
    #expect(await run(workspace, "review", "run", "P1") == 69)
    #expect(!FileManager.default.fileExists(atPath: room))
    #expect(await run(workspace, "review", "run", "P1", "--prometheus", prometheus.origin) == 0)
    #expect(FileManager.default.fileExists(atPath: room))
    let journal = try workspace.text(".tocsin/journal.jsonl")
    for word in ["proposed", "approved", "runBegan", "stepBegan", "stepEnded", "runEnded", "verified"] {
      #expect(journal.contains("{\"\(word)\":"), "\(word)")
    }
    #expect(journal.contains("\"outcome\":\"helped\""))
    #expect(await run(workspace, "review", "list", "--all") == 0)
    #expect(await run(workspace, "review", "run", "P1", "--prometheus", prometheus.origin) == 64)
  }

  @Test func aRunByHandGoesThroughTheSameGuardrails() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try project(workspace)
    let words = ["runbook", "run", "give-room", "--set"]
    func run(_ more: String...) async -> Int32 {
      await TocsinCommand.run(words + more + ["--project", workspace.folder, "--quiet"])
    }
    #expect(await run("component=a;b", "--dry-run") == 64)
    #expect(await run("component=--help", "--dry-run") == 64)
    #expect(await run("other=x", "--dry-run") == 64)
    #expect(await run("component=api", "--dry-run") == 0)
    #expect(!FileManager.default.fileExists(atPath: workspace.path("room-api")))
    try Data("forbidden: [{says: not here}]\n".utf8).write(to: URL(filePath: workspace.path("guardrails.yaml")))
    #expect(await run("component=api") == 64)
    try Data("forbidden: [{sais: typo}]\n".utf8).write(to: URL(filePath: workspace.path("guardrails.yaml")))
    #expect(await run("component=api") == 65)
  }

  private static let program = Workspace.program
  private static var hasProgram: Bool { Workspace.hasProgram }
  private static let tmux = "/usr/bin/tmux"
  private static var canDrive: Bool { FileManager.default.isExecutableFile(atPath: tmux) && hasProgram }

  /// What a command of tmux wrote.
  private func output(_ words: [String]) async throws -> String {
    try await onOwnThread {
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: Self.tmux)
      process.arguments = words
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }
  }

  @Test(.enabled(if: hasProgram, "wants the program beside the tests"))
  func whatIsSaidToTheDeskIsAnswered() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try workspace.writeCase("case", isFaulty: true)
    #expect(await workspace.run("investigate", workspace.path("case"), "--store", "sqlite:" + workspace.path("s")) == 0)
    func review(_ words: String...) async throws -> String {
      try await workspace.output(["review"] + words + ["--store", workspace.path("desk"), "--as", "ann"])
    }
    #expect(try await review("add", "sqlite:" + workspace.path("s")).contains("P1"))
    #expect(try await review("release") == "nothing was stopped\n")
    let stopped = try await review("stop", "--reason", "failing over")
    #expect(stopped.hasPrefix("STOPPED by ann at ") && stopped.hasSuffix(": failing over\n"))
    #expect(try await review("release").hasPrefix("released: runs may begin again after the stop by ann"))
    #expect(try await review("note", "cases", "resolved") == "tocsin: nothing on the desk is about an incident cases\n")
    #expect(try await review("note", "case", "steady") == "case is noted as steady\n")
    #expect(try await review("note", "case", "resolved").hasPrefix("case is noted as resolved; withdrawn: P1"))
  }

  @Test(.enabled(if: hasProgram, "wants the program beside the tests"))
  func killedInTheMiddleOfAStepItIsNotRunAgain() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try project(workspace)
    let (begun, slow) = (workspace.path("begun"), workspace.path("slow"))
    try Data("#!/bin/sh\necho $$ >> \(begun)\nexec sleep 600\n".utf8).write(to: URL(filePath: slow))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: slow)
    let file = workspace.path("runbooks/give-room.yaml")
    let text = try workspace.text("runbooks/give-room.yaml")
      .replacing("run: [touch, \"\(workspace.folder)/room-{{component}}\"]", with: "run: [\(slow)], withinSeconds: 900")
      .replacing("  - {says: It is busy., query: 'busy{name=\"{{component}}\"}'}", with: "  []")
      .replacing("preconditions:\n  []\n", with: "")
    try Data(text.utf8).write(to: URL(filePath: file))
    let words = ["runbook", "run", "give-room", "--set", "component=api", "--project", workspace.folder, "--as", "ann"]
    let process = SpawnedProcess()
    process.executableURL = URL(filePath: Self.program)
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    try await onOwnThread {
      let end = Date(timeIntervalSinceNow: 300)
      while !FileManager.default.fileExists(atPath: begun), Date() < end { usleep(50_000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    defer {
      let pids = ((try? workspace.text("begun")) ?? "").split(separator: "\n").compactMap { Int32($0) }
      for pid in pids where pid > 1 { kill(pid, SIGKILL) }
    }
    #expect(try !workspace.text(".tocsin/journal.jsonl").contains("stepEnded"))
    for _ in 0..<2 { #expect(await run(workspace, "review", "run", "P1") == 0) }
    #expect(try workspace.text("begun").split(separator: "\n").count == 1)
    #expect(await run(workspace, "review", "answer", "P1", "abandon", "--as", "ann") == 0)
    #expect(try workspace.text("begun").split(separator: "\n").count == 1)
    #expect(try workspace.text(".tocsin/journal.jsonl").contains("abandoned by ann"))
  }

  @Test(.enabled(if: canDrive, "wants tmux; `make test-deps` installs it"))
  func theScreenIsDrivenThroughARealTerminal() async throws {
    let workspace = try Workspace()
    defer { workspace.remove() }
    try project(workspace)
    try workspace.writeCase("case", isFaulty: true)
    let store = "sqlite:" + workspace.path("incidents.sqlite")
    #expect(await run(workspace, "investigate", workspace.path("case"), "--store", store) == 0)
    #expect(await run(workspace, "review", "add", store) == 0)
    let socket = ["-S", workspace.path("tmux")]
    let shell = "PS1='ready> ' exec /bin/sh"
    let isListening = try await onOwnThread {
      // In the foreground: Foundation waits for a process until all that it leaves behind have ended as well.
      let server = SpawnedProcess()
      server.executableURL = URL(filePath: Self.tmux)
      server.arguments = socket + ["-f", "/dev/null", "-D"]
      server.standardInput = FileHandle.nullDevice
      try server.run()
      let end = Date(timeIntervalSinceNow: 120)
      while !FileManager.default.fileExists(atPath: workspace.path("tmux")), Date() < end { usleep(50_000) }
      return Date() < end
    }
    #expect(isListening)
    _ = try await output(socket + ["new-session", "-d", "-x", "80", "-y", "24", shell])
    func screen(holding text: String) async throws -> String {
      let end = Date(timeIntervalSinceNow: 120)
      while true {
        let screen = try await output(socket + ["capture-pane", "-p"])
        if screen.contains(text) || Date() > end { return screen }
        _ = try await onOwnThread { usleep(200_000) }
      }
    }
    func type(_ keys: String...) async throws { _ = try await output(socket + ["send-keys"] + keys) }
    #expect(try await screen(holding: "ready>").contains("ready>"))
    try await type("\(Self.program) review --project \(workspace.folder) --as ann", "Enter")
    let first = try await screen(holding: "Review desk")
    #expect(first.contains("Review desk: ") && first.contains("> P1") && first.contains("q quit"))
    try await type("a")
    #expect(try await screen(holding: "y or n").contains("Approve P1"))
    try await type("y")
    #expect(try await screen(holding: "approvals  ann").contains("approved"))
    _ = try await output(socket + ["resize-window", "-x", "50", "-y", "16"])
    #expect(try await screen(holding: "q quit").split(separator: "\n").allSatisfy { $0.count <= 50 })
    try await type("q")
    #expect(try await screen(holding: "ready>").contains("ready>"))
    try await type("stty -a", "Enter")
    #expect(try await screen(holding: " icanon").contains(" icanon"))
    _ = try await output(socket + ["kill-server"])
    #expect(try workspace.text(".tocsin/journal.jsonl").contains("\"approved\""))
  }
}
