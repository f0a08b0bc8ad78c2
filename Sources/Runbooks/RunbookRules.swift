import IncidentModel
import Yams

/// What a runbook must obey beyond having the right keys: blanks that exist, and claims that its steps bear out.
struct RunbookRules {
  struct Breach {
    var message: String
    var place: Place?
  }

  var runbook: Runbook
  var root: Node
  var texts: [(text: String, node: Node)]
  /// The file's bytes, to find where in a text a blank stands.
  var source: [UInt8]

  var breaches: [Breach] { blanks + inputs + claims }

  private var blanks: [Breach] {
    let known = runbook.inputs.map(\.name)
    var breaches: [Breach] = []
    for (text, node) in texts {
      do {
        for blank in try TextWithBlanks(text).blanks where !known.contains(blank) {
          let offer = known.isEmpty ? "no inputs are declared" : "inputs are \(known.joined(separator: ", "))"
          breaches.append(
            Breach(message: "unknown blank `{{\(blank)}}`: \(offer).", place: place(of: "{{\(blank)}}", in: node)))
        }
      } catch {
        breaches.append(
          Breach(
            message: "`\(error.text)` is not a blank: write `{{name}}` with the name of an input.",
            place: place(of: "{{", in: node)))
      }
    }
    return breaches
  }

  private var inputs: [Breach] {
    let used = Set(texts.flatMap { (try? TextWithBlanks($0.text))?.blanks ?? [] })
    var seen: Set<String> = []
    var breaches: [Breach] = []
    for (position, input) in runbook.inputs.enumerated() {
      let place = self.place("inputs", position)
      if !seen.insert(input.name).inserted {
        breaches.append(Breach(message: "the input `\(input.name)` is declared twice.", place: place))
      } else if !used.contains(input.name) {
        breaches.append(Breach(message: "the input `\(input.name)` is never used.", place: place))
      }
    }
    return breaches
  }

  private var claims: [Breach] {
    var breaches: [Breach] = []
    for (position, step) in runbook.steps.enumerated()
    where runbook.isReversible && step.changesSomething && step.undo == nil {
      breaches.append(
        Breach(
          message: "this step changes something and has no `undo`, while `reversible` is claimed; "
            + "add `undo`, mark it `readOnly: true`, or set `reversible: false`.",
          place: place("steps", position)))
    }
    if runbook.risk == .high, !runbook.isReversible, runbook.approvals == .none {
      breaches.append(
        Breach(
          message: "high risk that cannot be undone needs a person: `approvals` is `one` or `two`.",
          place: Place(root["approvals"]?.mark)))
    }
    return breaches
  }

  private func place(_ key: String, _ position: Int) -> Place? {
    guard let list = root[key]?.sequence, list.indices.contains(position) else { return Place(root[key]?.mark) }
    return Place(list[position].mark)
  }

  /// Where a blank stands: looked for from the text's first line on, since a parser gives only where a text begins.
  private func place(of blank: String, in node: Node) -> Place? {
    guard let start = Place(node.mark) else { return nil }
    let lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for number in start.line...max(start.line, min(lines.count, start.line + 200)) where number <= lines.count {
      let line = String(decoding: lines[number - 1], as: UTF8.self)
      let offset = number == start.line ? start.column - 1 : 0
      let tail = line.unicodeScalars.dropFirst(offset)
      if let found = String(tail).firstRange(of: blank) {
        let before = String(tail)[..<found.lowerBound].unicodeScalars.count
        return Place(line: number, column: offset + before + 1)
      }
    }
    return start
  }
}
