import Agents
import ArgumentParser
import Evaluation
import Foundation
import RootCauseAnalysis

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit how sure an answer is to finished replays, so that of the answers at 80 % at least 80 % are right.",
    discussion: """
      Replay datasets with known causes first, each into a folder of its own, with and without the time of the alert. \
      Every replay weighs the same, however many cases it has. Keep a few replays of other systems aside for --held-out.

      tocsin replay datasets/simulated --output replays/simulated
      tocsin replay datasets/simulated --blind --output replays/simulated-blind
      tocsin calibrate replays/simulated replays/simulated-blind --output agents/calibration/confidence.yaml

      The table shows for each replay how many of its first answers were right, how many it said would be, and the \
      expected calibration error: with the fit itself ("error"), after a fit to all other replays ("left out"), and what \
      perfectly calibrated answers would be measured to have with so few cases ("chance"). An answer on fault-free \
      telemetry counts as a wrong one. "wrong≥80" are wrong ones of the answers at 80 % or more, in brackets \
      after a fit to the others.

      What is stated is on the careful side, since other systems turn out harder: the odds of a sure answer are those seen, \
      divided by --caution. With 1 they are those seen.

      Below a line Tocsin abstains: where the odds seen are c - 1, if a wrong answer costs as much as c abstentions.

      The same replays, options and --day give the same file, byte for byte. docs/evaluation.md says more.
      """)

  @Argument(help: ArgumentHelp("Folders of finished replays (tocsin replay --output).", valueName: "replay"))
  var folders: [String]

  @Option(help: ArgumentHelp("A replay to measure on and not to fit; may be repeated.", valueName: "replay"))
  var heldOut: [String] = []

  @Option(
    help: ArgumentHelp("Write the calibration to this file; without it, only the table is shown.", valueName: "file"))
  var output: String?

  @Option(help: "The strength of the penalty on large weights.")
  var penalty = 0.1

  @Option(help: ArgumentHelp("How many abstentions a wrong answer costs.", valueName: "c"))
  var wrongAnswerCost = 1.5

  @Option(
    help: ArgumentHelp("How many times smaller the odds of a sure answer are stated than seen.", valueName: "times"))
  var caution = 5.0

  @Option(help: ArgumentHelp("The day to write into the file; today by default.", valueName: "yyyy-mm-dd"))
  var day: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...1000).contains(penalty) else { throw ValidationError("--penalty takes a number from 0 to 1000") }
    guard (1...1000).contains(wrongAnswerCost) else {
      throw ValidationError("--wrong-answer-cost takes a number from 1 to 1000")
    }
    guard (1...10).contains(caution) else {
      throw ValidationError("--caution takes a number from 1 to 10")
    }
    if let day, day.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) == nil {
      throw ValidationError("--day takes a day such as 2026-03-01")
    }
  }

  func run() throws {
    let replays = try read(folders)
    let held = try read(heldOut)
    let names = (replays + held).map(\.dataset.name)
    let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    if let (name, count) = counts.sorted(by: { $0.key < $1.key }).first(where: { $0.value > 1 }) {
      throw CommandFailure(.usage, "\(count) replays are called \(name)", hint: "a replay is called as its folder is")
    }
    let fit = ConfidenceFit(penalty: penalty, caution: caution)
    let study = CalibrationStudy(
      fittedOn: replays.map(\.dataset), heldOut: held.map(\.dataset), fit: fit,
      abstentionLine: fit.abstentionLine(wrongAnswerCost: wrongAnswerCost))
    global.console.result(study.terminalText())
    guard let output else {
      global.console.note("nothing is written; --output agents/calibration/confidence.yaml puts it into use")
      return
    }
    let file = ConfidenceFile(
      study, replays: replays,
      origin: ConfidenceFile.Origin(
        day: day ?? String(Date().formatted(.iso8601).prefix(10)), version: tocsinVersion, penalty: penalty,
        costOfWrongAnswer: wrongAnswerCost, datasets: []))
    try global.console.write(file.yaml, to: output)
  }

  private func read(_ folders: [String]) throws -> [CalibrationReplay] {
    let replays = try folders.map { try CalibrationReplay(folder: $0) }
    for replay in replays where replay.dataset.investigations.isEmpty {
      throw CommandFailure(.badInput, "the replay \(replay.dataset.name) has no case that could be investigated")
    }
    return replays.sorted { $0.dataset.name < $1.dataset.name }
  }
}
