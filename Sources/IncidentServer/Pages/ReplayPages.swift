import IncidentModel
import Reporting

/// Scorecards of replays, newest first.
struct ReplayListPage {
  var count: String
  var rows: [Row]

  struct Row {
    var href: String
    var dataset: String
    var name: String
    var cases: Int
    var bar: ShareBar
    var top1: String
    var top3: String
    var healthy: String
    var calibrationError: String
  }

  init(_ replays: [ReplayView]) {
    count = Wording.count(replays.count, "scorecard")
    rows = replays.map { replay in
      Row(
        href: PagePath.replay(replay.name), dataset: replay.dataset, name: replay.name, cases: replay.cases,
        bar: ShareBar(replay.top1), top1: Wording.percent(replay.top1), top3: Wording.percent(replay.top3),
        healthy: ReplayPage.falseAlarms(replay) ?? "–", calibrationError: ReplayPage.error(replay) ?? "–")
    }
  }
}

/// One scorecard: how right, and whether the stated confidence means what it says.
struct ReplayPage {
  var name: String
  var dataset: String
  var facts: String
  var places: [Place]
  var notes: [String]
  /// Markup; empty where no answer was scored.
  var diagram: String
  var calibration: String
  var bins: [Bin]

  struct Place {
    var title: String
    var bar: ShareBar
    var share: String
  }

  struct Bin {
    var range: String
    var count: Int
    var stated: String
    var right: String
  }

  init(_ replay: ReplayView) {
    name = replay.name
    dataset = replay.dataset
    facts = "\(Wording.count(replay.cases, "case")) with a known cause, \(replay.failed) failed"
    places = [("First", replay.top1), ("Among the first 3", replay.top3), ("Among the first 5", replay.top5)].map {
      Place(title: $0, bar: ShareBar($1), share: Wording.percent($1))
    }
    notes = Self.falseAlarms(replay).map { ["Healthy cases that were blamed on something: \($0)."] } ?? []
    let answered = replay.bins.filter { $0.cases > 0 }
    diagram =
      answered.isEmpty
      ? ""
      : ReliabilityDiagram(
        answered.map { .init(meanConfidence: $0.meanConfidence, accuracy: $0.accuracy, count: $0.cases) }
      ).svg
    calibration =
      Self.error(replay).map {
        "Expected calibration error \($0). On the dashed line, a stated confidence is how often the answer is right; "
          + "below it, answers are too sure of themselves. The larger the dot, the more answers."
      } ?? "No answer was scored."
    bins = answered.map { bin in
      Bin(
        range: "\(Int((bin.from * 100).rounded()))–\(Wording.percent(bin.to))", count: bin.cases,
        stated: Wording.percent(bin.meanConfidence), right: Wording.percent(bin.accuracy))
    }
  }

  static func falseAlarms(_ replay: ReplayView) -> String? {
    replay.falseAlarms.flatMap { alarms in replay.healthyCases.map { "\(alarms) of \($0)" } }
  }

  static func error(_ replay: ReplayView) -> String? {
    replay.calibrationError.map { "\(($0 * 1000).rounded() / 1000)" }
  }
}
