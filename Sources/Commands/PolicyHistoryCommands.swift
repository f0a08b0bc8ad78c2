import AlertDesk
import ArgumentParser
import Foundation
import IncidentModel

extension PolicyCommand {
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Say why an alert paged or did not at a moment, rule by rule, and what would have changed it.",
      discussion: """
        HISTORY is Alertmanager's event recorder, bodies of webhooks, or alerts one a line: a file or a folder.

        tocsin policy explain history.jsonl --policy alertmanager.yml --alert 8a07086b74f3ba78 --at 2026-03-01T03:12:40Z
        """)
    @Argument(help: ArgumentHelp("What came in.", valueName: "history")) var history: String
    @Option(help: ArgumentHelp("The configuration.", valueName: "file")) var policy: String
    @Option(help: ArgumentHelp("The alert's fingerprint.", valueName: "fingerprint")) var alert: String
    @Option(help: ArgumentHelp("The moment, in RFC 3339.", valueName: "time")) var at: String
    @Option(help: "How to show it: terminal or json.") var format: PolicyFormat = .terminal
    @OptionGroup var reading: PolicyOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
      guard let fingerprint = Fingerprint(alert) else {
        throw CommandFailure(.usage, "“\(alert)” is no fingerprint", hint: "it has 16 hexadecimal digits")
      }
      guard let moment = Timestamp(rfc3339: at) else {
        throw CommandFailure(.usage, "“\(at)” is no time", hint: "write it like 2026-03-01T03:12:40Z")
      }
      let policy = try reading.policy(self.policy)
      var reader = try AlertHistory(path: self.history).reader()
      guard let first = try reader.next(), first.at <= moment else {
        throw CommandFailure(.badInput, "nothing had come in by \(moment)")
      }
      var desk = Desk(policy: policy, startingAt: first.at)
      desk.receive(first)
      while let event = try reader.next(), event.at <= moment { desk.receive(event) }
      desk.advance(to: moment)
      guard let explanation = desk.explanation(of: fingerprint) else {
        throw CommandFailure(
          .badInput, "no alert \(fingerprint) is known at \(moment)",
          hint: "it had not come in yet, or was over for so long that it is forgotten")
      }
      global.console.result(format == .json ? try PolicyFormat.json(explanation) : Self.text(explanation))
    }

    private static func text(_ explanation: Explanation) -> String {
      var lines = ["\(explanation.fingerprint) \(explanation.labels) at \(explanation.at)", ""]
      var group: String?
      for step in explanation.steps {
        if step.groupKey != group, let key = step.groupKey { lines.append("  group \(key)") }
        group = step.groupKey
        let stage = step.stage.rawValue + String(repeating: " ", count: 12 - step.stage.rawValue.count)
        lines.append("\(step.isStopping ? "✗" : "✓") \(stage)\(step.statement)")
        if let rule = step.rule {
          let place = step.place.map { "  (\(step.file ?? ""):\($0.line):\($0.column))" } ?? ""
          lines.append("              \(rule)" + place)
        }
      }
      if !explanation.counterfactuals.isEmpty { lines.append("") }
      return (lines + explanation.counterfactuals).joined(separator: "\n")
    }
  }

  struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay", abstract: "Try a policy on past alerts, alone or against another one.",
      discussion: """
        The clock is a virtual one: a month takes seconds. Lost are alerts that --policy pages and --against never does.

        tocsin policy replay history.jsonl --policy now.yml --against new.yml --fail-under lost=0
        """)
    @Argument(help: ArgumentHelp("What came in.", valueName: "history")) var history: String
    @Option(help: ArgumentHelp("The configuration to try.", valueName: "file")) var policy: String
    @Option(help: ArgumentHelp("The one to compare with.", valueName: "file")) var against: String?
    @Option(help: ArgumentHelp("End with 1 if more is lost than this, as in lost=0.", valueName: "lost=count"))
    var failUnder: String?
    @Option(help: ArgumentHelp("Where to write all that --policy sends, as JSON Lines.", valueName: "file"))
    var messages: String?
    @Option(help: "How to show it: terminal or json.") var format: PolicyFormat = .terminal
    @OptionGroup var reading: PolicyOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let mostLost = try failUnder.map(Self.bar)
      guard mostLost == nil || against != nil else {
        throw CommandFailure(.usage, "--fail-under lost needs a policy to compare with", hint: "name it with --against")
      }
      let first = try reading.policy(self.policy)
      let second = try against.map(reading.policy)
      let history = try AlertHistory(path: self.history)
      for (kind, count) in history.skipped.sorted(by: { $0.key < $1.key }) {
        global.console.note("\(count) × \(kind): says nothing of alerts, not used")
      }
      guard !history.isEmpty else { throw CommandFailure(.badInput, "\(self.history) holds no alerts") }
      let comparison: PolicyComparison
      if let messages {
        let trial = try PolicyTrial(history, policy: first, keepsMessages: true)
        try Self.write(trial.messages, to: messages)
        comparison = PolicyComparison(trial, against: try second.map { try PolicyTrial(history, policy: $0) })
      } else {
        comparison = try PolicyComparison(history, policy: first, against: second)
      }
      global.console.result(format == .json ? try PolicyFormat.json(comparison) : Self.text(comparison))
      if let mostLost, let lost = comparison.lost, lost.count > mostLost {
        throw CommandFailure(.barNotMet, "\(lost.count) alerts lost, at most \(mostLost) may be")
      }
    }

    private static func write(_ messages: [AlertDesk.Notification], to file: String) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let lines = try messages.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
      do {
        try Data(lines.joined().utf8).write(to: URL(filePath: file))
      } catch {
        throw CommandFailure(.usage, "cannot write \(file): \(error.localizedDescription)")
      }
    }

    private static func bar(_ text: String) throws -> Int {
      let parts = text.split(separator: "=")
      guard parts.count == 2, parts[0] == "lost", let count = Int(parts[1]), count >= 0 else {
        throw CommandFailure(.usage, "“\(text)” is no bar", hint: "write it like lost=0")
      }
      return count
    }

    private static func text(_ comparison: PolicyComparison) -> String {
      let sides = [comparison.a, comparison.b].compactMap { $0 }
      func row(_ name: String, _ value: (PolicyComparison.Side) -> String) -> String {
        padded(name, 30) + sides.map { padded(value($0), 20) }.joined()
      }
      func seconds(_ value: Double?) -> String { value.map { String(format: "%.0f s", $0) } ?? "–" }
      var lines = [
        row("") { String($0.policy.split(separator: "/").last ?? "") },
        row("alerts received") { "\($0.received)" }, row("  rejected") { "\($0.rejected)" },
        row("pages") { "\($0.pages)" }, row("messages, ends among them") { "\($0.messages)" },
        row("alerts paged") { "\($0.alertsPaged)" },
        row("alerts per page") { String(format: "%.1f", Double($0.alertsPaged) / Double(max(1, $0.pages))) },
        row("incidents") { "\($0.incidents)" },
        row("time to first page, median") { seconds($0.medianSecondsToFirstPage) },
        row("time to first page, 95 %") { seconds($0.p95SecondsToFirstPage) },
      ]
      if let lost = comparison.lost {
        lines += [
          "", "pages saved      \(comparison.saved ?? 0)", "alerts lost      \(lost.count)",
          "alerts gained    \(comparison.gained ?? 0)", "incidents merged \(comparison.merged ?? 0)",
          "incidents split  \(comparison.split ?? 0)",
        ]
        lines += lost.prefix(10).map { "  lost: \($0.fingerprint) from \($0.startsAt)" }
        if lost.count > 10 { lines.append("  and \(lost.count - 10) more; --format json lists them all") }
      }
      for side in sides {
        lines += ["", "noisiest rules of \(side.policy)"]
        lines += side.noisiestRules.map { "  " + padded("\($0.pages)", 8) + $0.name }
        guard let noise = side.noise else { continue }
        lines += ["", "rules that lead to nothing, of \(side.policy): noise, starts, useful"]
        lines += noise.map {
          "  " + padded(String(format: "%.2f", $0.score), 6) + padded("\($0.starts)", 8) + padded("\($0.useful)", 8)
            + $0.name
        }
      }
      return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
  }
}

enum PolicyFormat: String, ExpressibleByArgument, CaseIterable {
  case terminal, json

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
