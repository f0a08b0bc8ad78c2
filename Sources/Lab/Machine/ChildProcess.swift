import Foundation

/// How one process of the lab is started.
struct ProcessPlan {
  var name: String
  /// The component whose namespace and control group it lives in, where there are any; nil for this machine's network.
  var component: String?
  var user: String?
  var command: [String]
  var logFile: String
  var isRestarted = true
}

/// A process that dies with the thread that started it, which therefore has to be the main one.
struct ChildProcess {
  let process: Int32

  /// - Throws: `LabError`.
  static func start(_ plan: ProcessPlan, in layout: LabLayout) throws -> ChildProcess {
    var words = ["/usr/bin/setpriv", "--pdeathsig", "KILL"]
    if let component = plan.component, layout.isolation == .namespaces {
      words += try ControlGroup().joining("\(layout.controlGroup)/\(component)")
      words += ["ip", "netns", "exec", layout.namespace(of: component)]
    }
    if let user = plan.user {
      // A change of user forgets the signal, so it is asked for again.
      words += [
        "/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--pdeathsig", "KILL",
      ]
    }
    return ChildProcess(process: try spawn(words + plan.command, logFile: plan.logFile))
  }

  /// - Parameters:
  ///   - input: is read by the process; nil for nothing.
  ///   - isOwnSession: lives on when this process dies, and when the terminal is closed.
  static func spawn(
    _ words: [String], logFile: String, input: Int32? = nil, isOwnSession: Bool = false
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, logFile, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // A group of its own: a Ctrl-C at the terminal is for the lab alone, which then ends its children in order.
    posix_spawnattr_setflags(&attributes, Int16((isOwnSession ? 0 : POSIX_SPAWN_SETPGROUP) | POSIX_SPAWN_SETSIGMASK))
    let words = (isOwnSession ? ["/usr/bin/setsid"] : []) + words
    var arguments = words.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var process: Int32 = 0
    let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"]
    var variables = environment.map { strdup($0) }
    defer { for variable in variables { free(variable) } }
    variables.append(nil)
    let status = posix_spawn(&process, words[0], &actions, &attributes, arguments, variables)
    guard status == 0 else { throw LabError("\(words[0]) cannot be started: \(String(cString: strerror(status)))") }
    return process
  }

  /// The status it ended with, as a shell says it; nil while it lives.
  func ended() -> Int? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? Int((status >> 8) & 0xff) : 128 + Int(signal)
  }

  func end() {
    kill(-process, SIGKILL)
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
