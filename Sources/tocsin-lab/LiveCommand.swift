import ArgumentParser
import Foundation
import Lab

struct Live: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Start the shop, break it, and let tocsin investigate it while the fault lasts.",
    discussion: """
      Prints the time of each step, then what was answered with the alert's name and without, and the truth beside it. \
      Status 1 where the right component is not among the first three answers. tocsin is run from beside this program.

      tocsin-lab live failing-release --target cart
      """)
  @OptionGroup var damage: FaultOptions
  @Option(help: "Seconds before the fault, from which normal is learnt.") var before = 150.0
  @Option(help: ArgumentHelp("Keep what was read, as two cases in this folder.", valueName: "dir")) var record: String?
  @Option(help: "Of what users do.") var seed: UInt64 = 1
  @OptionGroup var lab: LabOptions
  @OptionGroup var kept: IsolationOptions

  func run() throws {
    Interruption.listen()
    let (fault, target) = try damage.chosen(in: kept.isolation)
    let layout = try lab.layout(kept.isolation)
    guard access(layout.tocsinProgram, X_OK) == 0 else {
      throw LabError("\(layout.tocsinProgram) is missing; build it with swift build -c release --product tocsin")
    }
    var trial = LiveTrial(fault: fault, target: target)
    trial.beforeSeconds = before
    trial.recordings = record
    let laboratory = try Laboratory(layout, seed: seed)
    defer { laboratory.end() }
    do {
      try laboratory.start { note($0) }
      let answers = try trial.run(laboratory) { note($0) }
      for answer in answers { print(answer.lines(fault: fault, target: target).joined(separator: "\n")) }
      guard answers.allSatisfy({ $0.rank.map { $0 <= 3 } ?? false }) else { throw ExitCode(1) }
    } catch is CancellationError {
      throw ExitCode(130)
    }
  }
}
