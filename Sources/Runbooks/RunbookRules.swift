import ConfigurationReading
import IncidentModel

/// What a runbook must obey beyond having the right keys: blanks that exist, and claims that its steps bear out.
struct RunbookRules {
  var runbook: Runbook
  var root: RunbookReader.Fields
  var texts: [(text: String, value: RunbookReader.Value)]
  /// The file's bytes, to find where in a text a blank stands.
  var source: [UInt8]

  var breaches: [RunbookProblem] { blanks + inputs + claims }

  private var blanks: [RunbookProblem] {
    let known = runbook.inputs.map(\.name)
    var breaches: [RunbookProblem] = []
    for (text, value) in texts {
      do {
        for blank in try TextWithBlanks(text).blanks where !known.contains(blank) {
          let offer = known.isEmpty ? "no inputs are declared" : "inputs are \(known.joined(separator: ", "))"
          breaches.append(
            problem(value, of: "{{\(blank)}}", "unknown blank “{{\(blank)}}”: \(offer)"))
        }
      } catch {
        breaches.append(
          problem(
            value, of: "{{", "“\(error.text)” is not a blank: write “{{name}}” with the name of an input"))
      }
    }
    return breaches
  }

  private static func blanks(_ text: String) -> [String] { (try? TextWithBlanks(text))?.blanks ?? [] }

  private var inputs: [RunbookProblem] {
    let used = Set(texts.map(\.text).flatMap(Self.blanks))
    let changing = Set(runbook.steps.filter(\.changesSomething).flatMap(\.actingTexts).flatMap(Self.blanks))
    var seen: Set<String> = []
    var breaches: [RunbookProblem] = []
    for (position, input) in runbook.inputs.enumerated() {
      if !seen.insert(input.name).inserted {
        breaches.append(problem("inputs", position, "the input “\(input.name)” is declared twice"))
      } else if !used.contains(input.name) {
        breaches.append(problem("inputs", position, "the input “\(input.name)” is never used"))
      } else if input.type == .number, input.choices.isEmpty, input.minimum == nil || input.maximum == nil,
        changing.contains(input.name)
      {
        breaches.append(
          problem(
            "inputs", position,
            "unbounded: a step changes something by “\(input.name)”; say under “minimum” and “maximum” what is sane"))
      }
    }
    return breaches
  }

  private var claims: [RunbookProblem] {
    var breaches: [RunbookProblem] = []
    for (position, step) in runbook.steps.enumerated()
    where runbook.isReversible && step.changesSomething && step.undo == nil {
      breaches.append(
        problem(
          "steps", position,
          "this step changes something and has no “undo”, while “reversible” is claimed; "
            + "add “undo”, mark it “readOnly: true”, or set “reversible: false”"))
    }
    if runbook.risk == .high, !runbook.isReversible, runbook.approvals == .none {
      breaches.append(
        root.problem(
          at: "approvals", "high risk that cannot be undone needs a person: “approvals” is “one” or “two”"))
    }
    if runbook.approvals == .none, let role = runbook.approverRole {
      breaches.append(
        root.problem(at: "approverRole", "nobody of the role “\(role)” can agree where “approvals” is “none”"))
    }
    return breaches
  }

  private func problem(_ key: String, _ position: Int, _ message: String) -> RunbookProblem {
    guard let list = try? root[key]?.list(), list.indices.contains(position) else {
      return root.problem(at: key, message)
    }
    return list[position].problem(message)
  }

  /// A problem where a blank stands: looked for from the text's first line on, since a parser gives only where a text
  /// begins.
  private func problem(_ value: RunbookReader.Value, of blank: String, _ message: String) -> RunbookProblem {
    var problem = value.problem(message)
    guard let firstLine = value.line, let column = value.column else { return problem }
    let lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, bytes) in lines.enumerated().dropFirst(firstLine - 1).prefix(200) {
      let line = String(decoding: bytes, as: UTF8.self)
      let offset = number + 1 == firstLine ? column - 1 : 0
      let tail = String(line.unicodeScalars.dropFirst(offset))
      if let found = tail.firstRange(of: blank) {
        problem.line = number + 1
        problem.column = offset + tail[..<found.lowerBound].unicodeScalars.count + 1
        return problem
      }
    }
    return problem
  }
}
