import Foundation
import Runbooks
import Subprocess

/// One command, carried out: an argument vector in a process group of its own, in an environment that holds nothing but
/// what is named, within its bounds. Nothing of its group outlives it.
struct CommandRun: Sendable {
  var vector: [String]
  var bounds: Runbook.Bounds
  /// All that the command sees.
  var environment: [String: String]
  /// Taken out of what is kept of its output.
  var secrets: [String] = []

  /// Of the output, its end is kept.
  static let keptBytes = 8 << 10
  /// From the request to end to the end by force.
  static let graceSeconds = 2.0

  private enum Ending: Sendable {
    case ended(TerminationStatus, OutputTail)
    case cannotStart(String)
    case deadline
  }

  func perform() async -> StepResult {
    let first: Ending
    var second: Ending?
    (first, second) = await withTaskGroup(of: Ending.self) { group in
      group.addTask { await process() }
      group.addTask {
        try? await Task.sleep(for: .seconds(bounds.withinSeconds))
        return .deadline
      }
      let first = await group.next() ?? .deadline
      group.cancelAll()
      if case .deadline = first { return (first, await group.next()) }
      return (first, nil)
    }
    return result(first, second)
  }

  private func result(_ first: Ending, _ second: Ending?) -> StepResult {
    switch first {
    case .cannotStart(let why): return StepResult(.notStarted, why)
    case .deadline:
      var output = ""
      if case .ended(_, let tail)? = second { output = kept(tail) }
      return Task.isCancelled
        ? StepResult(.cancelled, "ended on request", output: output)
        : StepResult(.timedOut, "after \(bounds.withinSeconds) s", output: output)
    case .ended(let status, let tail):
      let output = kept(tail)
      if tail.isTooLong {
        return StepResult(.tooMuchOutput, "more than \(bounds.outputKilobytes) KiB", output: output)
      }
      if Task.isCancelled { return StepResult(.cancelled, "ended on request", output: output) }
      switch status {
      case .exited(0): return StepResult(.succeeded, "exit status 0", output: output)
      case .exited(let code): return StepResult(.failed, "exit status \(code)", output: output)
      case .signaled(let signal): return StepResult(.failed, "ended by signal \(signal)", output: output)
      }
    }
  }

  private func kept(_ tail: OutputTail) -> String {
    // Masked before it is cut, so that no half of a secret stays.
    var text = String(decoding: tail.bytes, as: UTF8.self)
    if tail.isCut { text = SecretStore.withoutRemainder(text, secrets) }
    return String(decoding: Array(SecretStore.masked(text, secrets).utf8).suffix(Self.keptBytes), as: UTF8.self)
  }

  private func process() async -> Ending {
    guard let program = vector.first, !program.isEmpty else { return .cannotStart("there is no program") }
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(Self.graceSeconds)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(1)),
    ]
    var command = limited
    if let user = bounds.user {
      guard let account = Self.account(user) else { return .cannotStart("there is no account \(user)") }
      guard let change = Self.become(account) else { return .cannotStart("to change the account takes setpriv") }
      command = change + command
    }
    let named = environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
    let variables = Environment.custom(Dictionary(named) { $1 })
    do {
      // Behind another program it would be that one's failure.
      _ = try await Self.executable(program).resolveExecutablePath(in: variables)
      let result = try await run(
        Self.executable(command[0]), arguments: Arguments(Array(command.dropFirst())), environment: variables,
        workingDirectory: .init(bounds.folder ?? "/"), platformOptions: options, input: .none, output: .sequence,
        error: .combinedWithOutput
      ) { execution in
        var collector = OutputTail(limit: bounds.outputKilobytes << 10, kept: 2 * Self.keptBytes)
        for try await buffer in execution.standardOutput {
          buffer.withUnsafeBytes { collector.append($0) }
          if collector.isTooLong {
            try? execution.send(signal: .kill, toProcessGroup: true)
            break
          }
        }
        return collector
      }
      // What the command left behind in its group. A daemon that makes a session of its own gets the time to do so.
      let group = -result.processIdentifier.value
      for _ in 0..<100 where kill(group, 0) == 0 && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(20)) }
      kill(group, SIGKILL)
      return .ended(result.terminationStatus, result.takeClosureResult())
    } catch is CancellationError {
      return .ended(.signaled(SIGTERM), OutputTail(limit: 0, kept: 0))
    } catch {
      return .cannotStart("\(program): \(error)")
    }
  }

  private static func executable(_ program: String) -> Executable {
    program.contains("/") ? .path(.init(program)) : .name(program)
  }

  /// What a vector stands behind that is carried out as another account: `setpriv` changes to it and becomes the command.
  /// Of the system's own folders, since it begins with this process's rights. Nil where it is not installed.
  ///
  /// To change between fork and exec is not safe in a process of many threads: the C library then waits for all of them,
  /// and the child has none but its own.
  private static func become(_ account: (user: uid_t, group: gid_t)) -> [String]? {
    let programs = ["/usr/bin/setpriv", "/bin/setpriv"]
    guard let program = programs.first(where: { access($0, X_OK) == 0 }) else { return nil }
    return [program, "--reuid=\(account.user)", "--regid=\(account.group)", "--groups=\(account.group)", "--"]
  }

  private static func account(_ name: String) -> (user: uid_t, group: gid_t)? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return (entry.pw_uid, entry.pw_gid)
  }

  /// The vector behind `prlimit`, which sets limits and becomes the command.
  private var limited: [String] {
    let limits = [
      ("cpu", bounds.cpuSeconds), ("as", bounds.memoryMegabytes.map { $0 << 20 }), ("nofile", bounds.openFiles),
      ("nproc", bounds.processes),
    ].compactMap { name, value in value.map { "--\(name)=\($0)" } }
    return limits.isEmpty ? vector : ["prlimit", "--core=0"] + limits + ["--"] + vector
  }
}

/// The end of an output, and whether the whole was too long.
private struct OutputTail: Sendable {
  let limit: Int
  let kept: Int
  private(set) var bytes: [UInt8] = []
  private var count = 0

  init(limit: Int, kept: Int) {
    self.limit = limit
    self.kept = kept
  }

  var isTooLong: Bool { count > limit }
  /// Whether something came before what was kept.
  var isCut: Bool { count > bytes.count }

  mutating func append(_ buffer: UnsafeRawBufferPointer) {
    count += buffer.count
    bytes += buffer
    if bytes.count > 2 * kept { bytes.removeFirst(bytes.count - kept) }
  }
}
