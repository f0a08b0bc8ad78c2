import IncidentModel

extension CalibrationStudy {
  /// The study for a terminal of 80 columns, without colour.
  package func terminalText() -> String {
    let header = ["answers", "right", "said", "error", "left out", "chance", "wrong≥80"]
    var lines = [Self.line("REPLAY", header)]
    lines += rows.filter { !$0.isHeldOut }.map(Self.line)
    let held = rows.filter(\.isHeldOut)
    if !held.isEmpty { lines += [" held out"] + held.map(Self.line) }
    lines += [
      "", " expected calibration error of all answers, each replay weighing the same:",
      "   on what was fitted           \(Self.decimal(inSampleError))",
      "   leaving one replay out       \(Self.decimal(leaveOneDatasetOutError))",
    ]
    if let heldOutError { lines.append("   on what was held out         \(Self.decimal(heldOutError))") }
    let cases = rows.reduce(0) { $0 + $1.caseCount }
    let answers = rows.reduce(0) { $0 + $1.answers }
    let (confident, leftOut) = (confident, confidentLeftOut)
    lines += [
      " first answers                  \(answers), \(cases) cases in all",
      " wrong at 80 % or more          \(confident.wrong) of \(confident.answers)",
      "   each set from the others     \(leftOut.wrong) of \(leftOut.answers)",
      " below \(Self.percent(model.abstentionLine)) it abstains:         "
        + "\(rows.reduce(0) { $0 + $1.abstained }) answers, "
        + "\(rows.reduce(0) { $0 + $1.abstainedRight }) of them right",
      "",
      " log odds = \(model.intercept)"
        + AnswerFeature.allCases.map { " + \(model.weights[$0] ?? 0) × \($0.rawValue)" }.joined(),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ row: Row) -> String {
    line(
      row.name,
      [
        String(row.answers), percent(row.right, of: row.answers), percent(row.meanConfidence), decimal(row.error),
        row.errorLeftOut.map(decimal) ?? "–", decimal(row.errorByChance),
        "\(row.confident.wrong)/\(row.confident.answers)" + (row.confidentLeftOut.map { " (\($0.wrong))" } ?? ""),
      ])
  }

  private static func line(_ name: String, _ columns: [String]) -> String {
    let name = name.count <= 20 ? name : "…" + name.suffix(19)
    let cells = zip(columns, [8, 7, 7, 7, 10, 8, 11]).map { text, width in
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return " " + name + String(repeating: " ", count: max(0, 20 - name.count)) + cells.joined()
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private static func percent(_ part: Int, of whole: Int) -> String {
    whole == 0 ? "–" : percent(Double(part) / Double(whole))
  }

  private static func decimal(_ value: Double) -> String {
    let digits = String(1000 + Int((value * 1000).rounded()) % 1000).dropFirst()
    return "\(Int((value * 1000).rounded()) / 1000).\(digits)"
  }
}
