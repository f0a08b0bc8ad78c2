import ArgumentParser
import Foundation
import Lab

/// `tocsin-lab`.
@main
struct LabProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tocsin-lab", abstract: "A small shop of real processes, broken on purpose and recorded.",
    discussion:
      "Needs Linux and Debian's packages; says which are missing. Root gets network namespaces and limits, everybody "
      + "else loopback addresses and the faults that need no more. Everything it makes is removed again.",
    subcommands: [Up.self, Down.self, Faults.self, Inject.self, Live.self, Record.self, Check.self])
}

/// Which lab.
struct LabOptions: ParsableArguments {
  @Option(help: "Labs with different numbers run side by side.") var number = 1

  /// - Parameter isolation: of a lab that this command starts; one that runs knows its own.
  func layout(_ isolation: Isolation = .namespaces) throws -> LabLayout {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return try LabLayout(
      number: number, programFolder: (program as NSString).deletingLastPathComponent, isolation: isolation)
  }
}

/// How a lab is kept together.
struct IsolationOptions: ParsableArguments {
  @Flag(help: "On loopback addresses, as without root: no namespaces, no limits, fewer faults.") var loopback = false

  var isolation: Isolation { loopback || getuid() != 0 ? .loopback : .namespaces }
}

/// What to break, and where.
struct FaultOptions: ParsableArguments {
  @Argument(help: "A name that tocsin-lab faults lists.") var fault: String
  @Option(help: "Where; without it the first place that the fault can strike.") var target: String?

  /// - Throws: for a fault or a place that there is not, or that such a lab cannot have.
  func chosen(in isolation: Isolation) throws -> (fault: Fault, target: String) {
    let fault = try Fault.named(fault)
    let target = target ?? fault.targets[0]
    guard fault.targets.contains(target) else {
      throw ValidationError("\(fault.name) strikes \(fault.targets.joined(separator: ", ")), not \(target)")
    }
    if let refusal = fault.refusal(in: isolation) { throw LabError(refusal) }
    return (fault, target)
  }
}

/// What is not a result.
func note(_ text: String) { FileHandle.standardError.write(Data("tocsin-lab: \(text)\n".utf8)) }

struct Up: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start the shop and keep it running until Ctrl-C.")
  @OptionGroup var lab: LabOptions
  @OptionGroup var kept: IsolationOptions
  @Option(help: "Ends by itself after so many minutes.") var minutes = 60.0
  @Option(help: "Of what users do.") var seed: UInt64 = 1

  func run() throws {
    Interruption.listen()
    let laboratory = try Laboratory(try lab.layout(kept.isolation), seed: seed)
    defer { laboratory.end() }
    do {
      try laboratory.start { note($0) }
      // At once, also into a pipe: who reads it wants to ask while the lab runs.
      FileHandle.standardOutput.write(Data("\(laboratory.layout.prometheusURL)\n".utf8))
      note("the shop runs for \(Int(minutes)) minutes; Ctrl-C ends it")
      try laboratory.wait(minutes * 60)
    } catch is CancellationError {}
    note("ending")
  }
}

struct Down: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End a lab and remove everything that it made.")
  @OptionGroup var lab: LabOptions
  @Flag(help: .hidden) var whenInputEnds = false

  func run() throws {
    let layout = try lab.layout()
    if whenInputEnds {
      var byte: UInt8 = 0
      while read(0, &byte, 1) > 0 {}
    } else if let supervisor = Journal.supervisor(of: layout) {
      kill(supervisor, SIGTERM)
    }
    for _ in 0..<150 where Journal.supervisor(of: layout) != nil { usleep(100_000) }
    guard access(layout.journal, F_OK) == 0 else { return }
    let journal = try Journal(layout)
    unlink(layout.journal)
    withExtendedLifetime(journal) {}
  }
}

struct Faults: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "faults", abstract: "What can be broken, and where.")
  @OptionGroup var kept: IsolationOptions

  func run() {
    for fault in Fault.all {
      let kind = fault.kind?.rawValue ?? "no kind"
      let refusal = fault.refusal(in: kept.isolation).map { " — not here: \($0)" } ?? ""
      print("\(fault.name) (\(kind)): \(fault.summary); at \(fault.targets.joined(separator: ", "))\(refusal)")
    }
  }
}

struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inject", abstract: "Break a running shop for a while, and repair it again.",
    discussion: "tocsin-lab inject network-delay --target payment --seconds 120")
  @OptionGroup var damage: FaultOptions
  @Option var seconds: Double?
  @OptionGroup var lab: LabOptions

  func run() throws {
    Interruption.listen()
    let running = try RunningLab(try lab.layout())
    let (fault, target) = try damage.chosen(in: running.layout.isolation)
    defer {
      do { try running.restore() } catch { note("not everything could be repaired: \(error)") }
      note("repaired")
    }
    try running.begin(fault, at: target)
    note("\(fault.summary): \(target), for \(Int(seconds ?? fault.seconds)) s")
    let end = Date(timeIntervalSinceNow: seconds ?? fault.seconds)
    do {
      while Date() < end {
        try Interruption.check()
        usleep(100_000)
      }
    } catch is CancellationError {}
  }
}

struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record incidents with known causes, and quiet windows.",
    discussion: """
      The same seed gives the same faults in the same order. What is there already is kept, so that an interrupted
      recording goes on where it was; what did not bite is done again.
      """)
  @Option(help: ArgumentHelp("The dataset's folder.", valueName: "dir")) var to: String
  @Option var seed: UInt64 = 1
  @Option(help: "Cases with a fault.") var cases = 66
  @Option(help: "Cases in which nothing is wrong.") var healthy = 30
  @Option(help: "Only these faults, separated by commas.") var faults: String?
  @Option(help: "Seconds before each fault, at least.") var before = 90
  @Option(help: "With several labs at once: which part of the cases is this one's, as 1/2.") var part = "1/1"
  @OptionGroup var lab: LabOptions
  @OptionGroup var kept: IsolationOptions

  func run() throws {
    Interruption.listen()
    let chosen = try Fault.chosen(faults?.split(separator: ",").map(String.init), in: kept.isolation)
    let parts = part.split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[1] >= 1, (1...parts[1]).contains(parts[0]) else {
      throw ValidationError("“\(part)” is no part; write it as 1/2")
    }
    let plan = RecordingPlan(
      seed: seed, cases: cases, healthy: healthy, faults: chosen, beforeSeconds: Double(before))
    let only = (faults.map { " --faults \($0)" } ?? "") + (kept.isolation == .loopback ? " --loopback" : "")
    var recorder = Recorder(
      layout: try lab.layout(kept.isolation), seed: seed, plan: plan, folder: to,
      commandLine: "tocsin-lab record --seed \(seed) --cases \(cases) --healthy \(healthy) --before \(before)\(only)")
    (recorder.part, recorder.parts) = (parts[0] - 1, parts[1])
    do {
      let failed = try recorder.run { note($0) }
      guard failed.isEmpty else {
        note("not recorded, since the fault never showed: \(failed.joined(separator: ", "))")
        throw ExitCode(1)
      }
    } catch is CancellationError {
      note("interrupted; the same command goes on from here")
      throw ExitCode(130)
    }
  }
}

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Whether the known causes of a recorded dataset show in its telemetry.")
  @Argument(help: "A dataset that tocsin-lab recorded.") var dataset: String

  func run() throws {
    var (count, wrong) = (0, 0)
    try DatasetCheck.run(dataset) { verdict in
      count += 1
      if !verdict.complaints.isEmpty { wrong += 1 }
      let fault = verdict.fault ?? "quiet"
      print(
        "\(verdict.id) (\(fault)): \(verdict.complaints.isEmpty ? "right" : verdict.complaints.joined(separator: "; "))"
      )
    }
    note("\(count - wrong) of \(count) cases are right")
    if wrong > 0 { throw ExitCode(1) }
  }
}
