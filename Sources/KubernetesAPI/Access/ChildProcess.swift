import Foundation

/// A program that is run for its output, in a process group of its own.
struct ChildProcess {
  var command: String
  var arguments: [String]
  /// All of it; nothing is inherited.
  var environment: [String: String]

  enum Failure: String, Error {
    case cannotStart = "it cannot be run; is it installed and on the PATH?"
    case late = "it did not end before the deadline"
    case tooMuch = "it wrote more than the limit"
    case failed = "it ended with an error; run it by hand to see why"
  }

  /// What it writes to standard output. Blocks; at the deadline the whole group is killed.
  func output(deadlineSeconds: Double, maximumBytes: Int) -> Result<[UInt8], Failure> {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return .failure(.cannotStart) }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(reading) }
    let process = start(writingTo: writing)
    close(writing)
    guard let process else { return .failure(.cannotStart) }
    let result = read(reading, until: ContinuousClock.now + .seconds(deadlineSeconds), maximumBytes: maximumBytes)
    if case .failure = result { kill(-process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // What it left behind would live on.
    kill(-process, SIGKILL)
    if case .success = result, status != 0 { return .failure(.failed) }
    return result
  }

  private func start(writingTo output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)

    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let argumentPointers = ([command] + arguments).map { strdup($0) } + [nil]
    let variablePointers = variables.map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
    var process = pid_t()
    let code = posix_spawnp(&process, command, &actions, &attributes, argumentPointers, variablePointers)
    return code == 0 ? process : nil
  }

  private func read(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant, maximumBytes: Int
  ) -> Result<[UInt8], Failure> {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      guard left > 0 else { return .failure(.late) }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(min(left, 60_000)) + 1)
      if ready < 0, errno != EINTR { return .failure(.failed) }
      guard ready > 0 else { continue }
      let count = Foundation.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? .success(bytes) : .failure(.failed) }
      bytes += block[..<count]
      guard bytes.count <= maximumBytes else { return .failure(.tooMuch) }
    }
  }
}
