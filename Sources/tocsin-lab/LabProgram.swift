import ArgumentParser
import Foundation
import Lab

@main
struct LabProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tocsin-lab",
    abstract: "A small shop of real processes, broken on purpose and recorded.",
    subcommands: [Up.self, Down.self])
}

/// Which lab.
struct LabOptions: ParsableArguments {
  @Option(help: "Labs with different numbers run side by side.") var number = 1

  func layout() throws -> LabLayout {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return try LabLayout(number: number, programFolder: (program as NSString).deletingLastPathComponent)
  }
}

/// What is not a result.
func note(_ text: String) { FileHandle.standardError.write(Data("tocsin-lab: \(text)\n".utf8)) }

struct Up: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Start the shop and keep it running until Ctrl-C.")
  @OptionGroup var lab: LabOptions
  @Option(help: "Ends by itself after so many minutes.") var minutes = 60.0
  @Option(help: "Of what users do.") var seed: UInt64 = 1

  func run() throws {
    Interruption.listen()
    let laboratory = try Laboratory(try lab.layout(), seed: seed)
    defer { laboratory.end() }
    do {
      try laboratory.start { note($0) }
      print("\(laboratory.layout.prometheusURL)")
      note("the shop runs for \(Int(minutes)) minutes; Ctrl-C ends it")
      try laboratory.wait(minutes * 60)
    } catch is CancellationError {}
    note("ending")
  }
}

struct Down: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "End a lab and remove everything that it made.")
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
