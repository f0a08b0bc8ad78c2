import IncidentModel

extension Scorecard {
  /// The scorecard for a terminal of 80 columns, without colour.
  package func terminalText() -> String {
    var sections = [header, accuracyTable, otherFigures, groupTable, calibrationTable]
    sections += [modelTable, adviceTable, slowestCases, missedCases, falseAlarmList, failureList]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    let total = seconds.total.roundedToSignificantDigits(3)
    let each = "; a case takes \(seconds.perCase.p50) s, the slowest of a hundred \(seconds.perCase.p99) s"
    return [
      " \(dataset.shortened(to: 50)) (\(adapter))",
      " \(plural(cases, "case")), \(failed) failed; \(plural(healthy.cases, "fault-free window"))",
      " \(total) s in all\(isWithoutCases ? "" : each)",
    ]
  }

  private var accuracyTable: [String] {
    // Without a case nothing was measured, which is not nothing right.
    let isMeasured = scored > 0
    func row(_ name: String, _ value: Accuracy) -> String {
      let shares = [value.top1, value.top3, value.top5, value.avg5].map { isMeasured ? percent($0) : "–" }
      let figures = shares + [isMeasured ? decimal(value.mrr) : "–"]
      return " " + name.padded(to: 22) + figures.map { $0.leftPadded(to: 9) }.joined()
    }
    let ours = Accuracy(
      top1: accuracy.top1, top3: accuracy.top3, top5: accuracy.top5, avg5: accuracy.avg5, mrr: accuracy.mrr)
    var lines = [
      " CAUSE".padded(to: 23) + ["top-1", "top-3", "top-5", "avg@5", "MRR"].map { $0.leftPadded(to: 9) }.joined()
    ]
    lines.append(row("Tocsin", ours))
    let intervals = ["top1", "top3", "", "avg5"].map { interval(accuracy.ci95[$0]).leftPadded(to: 9) }
    if isMeasured { lines.append("   95 % interval".padded(to: 23) + intervals.joined()) }
    lines.append(row("always the same", baselines.constant))
    lines.append(row("by chance", baselines.random))
    lines.append(row("largest deviation", baselines.maxDeviation))
    if metricAccuracy.cases > 0 {
      let shares = [metricAccuracy.top1, metricAccuracy.top3, metricAccuracy.top5, metricAccuracy.avg5]
      lines.append(
        " " + "metric (\(plural(metricAccuracy.cases, "case")))".padded(to: 22)
          + shares.map { percent($0).leftPadded(to: 9) }.joined())
    }
    return lines
  }

  private var otherFigures: [String] {
    var lines: [String] = []
    if faultCases > 0 {
      lines.append(
        " fault kind      right in \(percent(faultAccuracy)) of \(plural(faultCases, "case")); in "
          + "\(percent(faultAccuracyWhereRight)) where the component is right")
    }
    if causeCases > 0 {
      lines.append(
        " cause           right, at the right component, in \(percent(causeAccuracy)) of \(plural(causeCases, "case"))")
    }
    if let severalFaults {
      lines.append(
        " several faults  all among the first three in \(percent(severalFaults.allInTop3)) of "
          + plural(severalFaults.cases, "case"))
    }
    if scored > 0 {
      lines.append(" answers         \(abstained) abstained; \(wrongAndConfident) wrong at 80 % confidence or more")
    }
    if healthy.cases > 0 {
      lines.append(
        " fault-free      \(plural(healthy.falseAlarms, "false alarm")) in \(plural(healthy.cases, "window")); "
          + "\(healthy.abstained) abstained")
    }
    return lines
  }

  private var groupTable: [String] {
    guard byGroup.count > 1 else { return [] }
    var lines = [
      " BY GROUP".padded(to: 41) + ["cases", "top-1", "top-3", "avg@5"].map { $0.leftPadded(to: 9) }.joined()
    ]
    for (name, group) in byGroup.sorted(by: { $0.key < $1.key }) {
      let shares = [group.top1, group.top3, group.avg5].map { percent($0).leftPadded(to: 9) }.joined()
      lines.append(" " + name.shortened(to: 39).padded(to: 40) + String(group.cases).leftPadded(to: 9) + shares)
    }
    return lines
  }

  private var calibrationTable: [String] {
    var lines = [
      " CONFIDENCE".padded(to: 23) + ["cases", "said", "right"].map { $0.leftPadded(to: 9) }.joined()
        + "   error \(decimal(calibration.ece)), Brier \(decimal(calibration.brier))"
    ]
    for bin in calibration.bins where bin.cases > 0 {
      let range = "\(percent(bin.from)) to \(percent(bin.to))"
      lines.append(
        " " + range.padded(to: 22) + String(bin.cases).leftPadded(to: 9) + percent(bin.meanConfidence).leftPadded(to: 9)
          + percent(bin.accuracy).leftPadded(to: 9))
    }
    return lines.count > 1 ? lines : []
  }

  private var modelTable: [String] {
    guard let model else { return [] }
    func row(_ name: String, _ accuracy: MeasuredAccuracy) -> String {
      let shares = [accuracy.top1, accuracy.top3, accuracy.top5, accuracy.avg5].map { percent($0).leftPadded(to: 9) }
      return " " + name.padded(to: 22) + shares.joined() + decimal(accuracy.mrr).leftPadded(to: 9)
    }
    let changed = model.results.filter { $0.change != .noChange }.prefix(Self.maximumListCount).map { entry in
      " " + entry.case.shortened(to: 44).padded(to: 45) + entry.change.rawValue.padded(to: 12)
        + "\(entry.rankWithout.map(String.init) ?? "–") → \(entry.rank.map(String.init) ?? "–")"
    }
    return [
      " MODEL".padded(to: 23) + ["top-1", "top-3", "top-5", "avg@5", "MRR"].map { $0.leftPadded(to: 9) }.joined(),
      row("with", accuracy), row("without", model.accuracyWithout),
      " \(model.helped) helped, \(model.harmed) harmed, \(model.unchanged) unchanged of \(plural(model.asked, "case"))",
      " \(plural(model.cost.modelCalls, "call")), \(model.cost.tokens) tokens, \(model.cost.usd) US dollars",
    ] + changed
  }

  private var adviceTable: [String] {
    guard let bounds = adviceBounds else { return [] }
    func row(_ name: String, _ effect: AdviceBounds.Effect) -> String {
      let figures = [percent(effect.top1), decimal(effect.helped), decimal(effect.harmed)]
      return " " + name.padded(to: 22) + figures.map { $0.leftPadded(to: 9) }.joined()
    }
    return [
      " A MODEL COULD".padded(to: 23) + ["top-1", "help", "harm"].map { $0.leftPadded(to: 9) }.joined(),
      row("at best", bounds.oracle), row("at worst", bounds.adversary), row("at random", bounds.random),
      row("(the test alone)", bounds.unadvised),
    ]
  }

  private var slowestCases: [String] {
    guard results.count > 5 else { return [] }
    let slowest = results.sorted { (-$0.seconds, $0.case) < (-$1.seconds, $1.case) }.prefix(3)
    return [" SLOWEST"]
      + slowest.map { " " + $0.case.shortened(to: 60).padded(to: 61) + "\($0.seconds) s".leftPadded(to: 12) }
  }

  private var missedCases: [String] {
    let missed = results.filter { $0.rank != 1 }
    guard !missed.isEmpty else { return [] }
    var lines = [" MISSED".padded(to: 31) + "cause".padded(to: 18) + "answer".padded(to: 18) + "rank  sure"]
    for result in missed.prefix(Self.maximumListCount) {
      let answer = result.outcome == .causeFound ? (result.ranking.first?.rawValue ?? "–") : result.outcome.rawValue
      lines.append(
        " " + result.case.shortened(to: 29).padded(to: 30)
          + (result.truth.first?.rawValue ?? "–").shortened(to: 17).padded(to: 18)
          + answer.shortened(to: 17).padded(to: 18)
          + (result.rank.map(String.init) ?? "–").leftPadded(to: 4)
          + (result.confidence.map(percent) ?? "–").leftPadded(to: 7))
    }
    return lines + more(missed.count)
  }

  private var falseAlarmList: [String] {
    let alarms = healthy.results.filter { $0.outcome == .causeFound }
    guard !alarms.isEmpty else { return [] }
    return [" FALSE ALARMS"]
      + alarms.prefix(Self.maximumListCount).map { alarm in
        " " + alarm.case.shortened(to: 40).padded(to: 42)
          + (alarm.named?.rawValue ?? "–").shortened(to: 28).padded(to: 29)
          + (alarm.confidence.map(percent) ?? "–").leftPadded(to: 6)
      } + more(alarms.count)
  }

  private var failureList: [String] {
    guard !failures.isEmpty else { return [] }
    var lines = [" FAILED"]
    for failure in failures.prefix(Self.maximumListCount) {
      lines.append(" " + failure.case.shortened(to: 78))
      lines += failure.error.wrapped(to: 74).map { "     " + $0 }
    }
    return lines + more(failures.count)
  }

  private static let maximumListCount = 20

  private func more(_ count: Int) -> [String] {
    count > Self.maximumListCount ? [" and \(count - Self.maximumListCount) more: see --format json"] : []
  }
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

private func decimal(_ value: Double) -> String {
  let thousandths = Int((value * 1000).rounded())
  let digits = String(thousandths % 1000)
  return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
}

private func interval(_ ends: [Double]?) -> String {
  guard let ends, ends.count == 2 else { return "" }
  return "\(Int((ends[0] * 100).rounded()))–\(Int((ends[1] * 100).rounded()))"
}

private func plural(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  fileprivate func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }

  /// The end is kept, since case names differ there.
  fileprivate func shortened(to width: Int) -> String { count <= width ? self : "…" + suffix(width - 1) }

  /// Broken at blanks; a longer word is cut.
  fileprivate func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(whereSeparator: \.isWhitespace) {
      var rest = word[...]
      if !line.isEmpty, line.count + 1 + rest.count > width {
        lines.append(line)
        line = ""
      }
      while rest.count > width {
        lines.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      line += line.isEmpty ? String(rest) : " " + rest
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
