import IncidentModel
import LanguageModels
import Runbooks
import Telemetry
import TextReading

/// The questions that may be asked of the telemetry: all of them read, and each answers with one piece of evidence.
enum TelemetryQuery: String, CaseIterable, Sendable {
  case series, logs, spans, changes, similar, runbook

  var description: String {
    switch self {
    case .series: "One metric of a component: its median and largest value before and since the onset."
    case .logs: "Log lines of a component that contain a few words, counted before and since the onset."
    case .spans: "Calls of one operation of a component: how many, how long and how many failed, before and since."
    case .changes: "What was changed at a component in this window."
    case .similar: "Incidents before this one whose cause resembles the hypothesis about a component."
    case .runbook: "The text of one runbook of the library."
    }
  }

  /// The name of what is looked for besides the component; nil where the component is enough.
  var subject: String? {
    switch self {
    case .series: "metric"
    case .logs: "words"
    case .spans: "operation"
    case .changes, .similar: nil
    case .runbook: "name"
    }
  }

  var disclosure: Disclosure.Kind {
    switch self {
    case .series: .metrics
    case .logs: .logs
    case .spans: .traces
    case .changes: .changes
    case .similar: .history
    case .runbook: .runbooks
    }
  }

  /// As a model is told of it.
  func tool(components: [ComponentID]) -> ChatTool {
    var properties: [String: JSONValue] = [:]
    if self != .runbook {
      properties["component"] = ["type": "string", "enum": .array(components.map { .string($0.rawValue) })]
    }
    if let subject { properties[subject] = ["type": "string"] }
    return ChatTool(
      name: rawValue, description: description,
      parameters: [
        "type": "object", "properties": .object(properties),
        "required": .array(properties.keys.sorted().map { .string($0) }), "additionalProperties": false,
      ])
  }
}

/// Answers queries from the telemetry window and the runbook library; writes nothing and calls nobody.
struct TelemetryLookup: Sendable {
  let telemetry: TelemetryWindow
  let runbooks: RunbookLibrary
  let onset: Timestamp
  let mayTell: Disclosure
  /// Components that may be asked about.
  let components: Set<ComponentID>
  /// What the hypotheses on the board say of their components.
  let suspects: [SuspectTraits]
  /// Incidents whose cause was found before, newest first.
  var past: [PastIncident] = []

  /// Why a question has no answer, in a sentence for who asked.
  struct Refusal: Error, Hashable { var reason: String }

  private static let maximumSubjectLength = 200
  static let maximumRowCount = 200_000
  private static let maximumExampleBytes = 1000
  private static let listed = 12

  /// - Parameter subject: the metric, the words, the operation or the runbook's name.
  func evidence(_ query: TelemetryQuery, component: ComponentID?, subject: String) throws(Refusal) -> Evidence {
    guard mayTell.allows(query.disclosure) else {
      throw Refusal(reason: "this agent may not tell \(query.disclosure.rawValue)")
    }
    guard subject.count <= Self.maximumSubjectLength else {
      throw Refusal(reason: "the \(query.subject ?? "subject") is too long")
    }
    if query == .runbook { return try runbook(subject) }
    guard let component, components.contains(component) else {
      throw Refusal(reason: "no component of this incident has that name")
    }
    return switch query {
    case .series: try series(component, subject)
    case .logs: try logs(component, subject)
    case .spans: try spans(component, subject)
    case .similar: try similar(component)
    case .changes, .runbook: try changes(component)
    }
  }

  /// The strongest hint of a query without a subject, for a line of inquiry.
  func evidence(_ query: TelemetryQuery, component: ComponentID) throws(Refusal) -> Evidence {
    let subject: String
    switch query {
    case .series: subject = telemetry.metrics.first { $0.key.component == component }?.key.metric ?? ""
    case .spans: subject = operations(of: component).first ?? ""
    case .logs, .changes, .similar, .runbook: subject = ""
    }
    return try evidence(query, component: component, subject: subject)
  }

  private var before: TimeWindow {
    TimeWindow(start: telemetry.incident.window.start, end: max(onset, telemetry.incident.window.start))
  }
  private var since: TimeWindow {
    TimeWindow(start: max(onset, telemetry.incident.window.start), end: max(onset, telemetry.incident.window.end))
  }

  // MARK: Queries

  private func series(_ component: ComponentID, _ metric: String) throws(Refusal) -> Evidence {
    let own = telemetry.metrics.filter { $0.key.component == component }
    guard let series = own.first(where: { $0.key.metric == metric }) else {
      throw Refusal(reason: "\(component) has no such metric; \(listing(own.map(\.key.metric)))")
    }
    let (earlier, later) = (values(series, before), values(series, since))
    guard let last = later.median, let most = later.max() else {
      throw Refusal(reason: "\(component) has no values of \(metric) since the onset")
    }
    var digest = ContentDigest()
    for value in earlier + later { digest.update(value) }
    func text(_ value: Double) -> String { "\(value.roundedToSignificantDigits(4)) \(series.unit)".trimmed }
    let usual = earlier.median.map { ", before it \(text($0)), at most \(text(earlier.max() ?? $0))" } ?? ""
    return Evidence(
      kind: .metric,
      statement: "\(component) \(metric): median since the onset \(text(last)), at most \(text(most))\(usual).",
      query: query("metrics", "\(component)|\(metric)"), digest: digest.finalize(), value: last, unit: series.unit)
  }

  private func logs(_ component: ComponentID, _ words: String) throws(Refusal) -> Evidence {
    let names = Set(
      telemetry.logs.componentNames.indices.filter { telemetry.logs.componentNames[$0] == component }.map(Int32.init))
    guard !names.isEmpty else { throw Refusal(reason: "\(component) wrote no logs in this window") }
    let wanted = Array(words.utf8)
    var counts = (0, 0)
    var example: String?
    var digest = ContentDigest()
    for row in telemetry.logs.times.indices.prefix(Self.maximumRowCount)
    where names.contains(telemetry.logs.components[row]) {
      let body = telemetry.logs.body(row)
      guard body.contains(wanted) else { continue }
      digest.update(telemetry.logs.times[row])
      if telemetry.logs.times[row] < onset.nanoseconds {
        counts.0 += 1
      } else {
        counts.1 += 1
        if example == nil { example = Self.beginning(of: body) }
      }
    }
    let place = words.isEmpty ? "" : " containing “\(words)”"
    let shown = example.map { ", for example: \($0)" } ?? "."
    return Evidence(
      kind: .log, statement: "\(component) wrote \(counts.1) lines\(place) since the onset, \(counts.0) before\(shown)",
      query: query("logs", "component=\"\(component)\",contains=\"\(words)\""), digest: digest.finalize(),
      value: Double(counts.1), unit: "lines")
  }

  /// As far as the last whole word: half a secret is not recognised as one.
  private static func beginning(of body: ArraySlice<UInt8>) -> String {
    guard body.count > maximumExampleBytes else { return String(decoding: body, as: UTF8.self) }
    let head = body.prefix(maximumExampleBytes)
    return String(decoding: head[..<(head.lastIndex(of: UInt8(ascii: " ")) ?? head.startIndex)], as: UTF8.self)
  }

  private func spans(_ component: ComponentID, _ operation: String) throws(Refusal) -> Evidence {
    let spans = telemetry.spans
    guard operations(of: component).contains(operation) else {
      throw Refusal(reason: "\(component) has no such operation; \(listing(operations(of: component)))")
    }
    var (earlier, later): ([Double], [Double]) = ([], [])
    var failed = 0
    var digest = ContentDigest()
    for row in spans.starts.indices.prefix(Self.maximumRowCount)
    where spans.componentNames[Int(spans.components[row])] == component
      && spans.operationNames[Int(spans.operations[row])] == operation
    {
      let milliseconds = Double(spans.ends[row] - spans.starts[row]) / 1e6
      digest.update(milliseconds)
      if spans.starts[row] < onset.nanoseconds {
        earlier.append(milliseconds)
      } else {
        later.append(milliseconds)
        failed += spans.failed[row] ? 1 : 0
      }
    }
    guard let median = later.median else { throw Refusal(reason: "no calls of that operation since the onset") }
    func text(_ value: Double) -> String { "\(value.roundedToSignificantDigits(4)) ms" }
    let usual = earlier.median.map { ", before it \(text($0)) over \(earlier.count)" } ?? ""
    return Evidence(
      kind: .trace,
      statement: "\(component) \(operation): median \(text(median)) over \(later.count) calls since the onset, "
        + "\(failed) failed\(usual).",
      query: query("spans", "component=\"\(component)\",operation=\"\(operation)\""), digest: digest.finalize(),
      value: median, unit: "ms")
  }

  private func changes(_ component: ComponentID) throws(Refusal) -> Evidence {
    let own = telemetry.changes.filter { $0.component == component }
    guard !own.isEmpty else { throw Refusal(reason: "no change of \(component) is on record in this window") }
    var digest = ContentDigest()
    for change in own {
      digest.update(change.time.nanoseconds)
      digest.update(change.summary)
    }
    let shown = own.suffix(Self.listed).map { "\($0.time) \($0.kind.rawValue): \($0.summary)" }
    return Evidence(
      kind: .change, statement: "\(component) was changed \(own.count) times: \(shown.joined(separator: "; "))",
      query: query("changes", "component=\"\(component)\""), digest: digest.finalize(), value: Double(own.count),
      unit: "changes")
  }

  private func runbook(_ name: String) throws(Refusal) -> Evidence {
    guard let runbook = runbooks.runbooks.first(where: { $0.name == name }) else {
      throw Refusal(reason: "there is no such runbook; \(listing(runbooks.runbooks.map(\.name)))")
    }
    let steps = runbook.steps.map(\.title).joined(separator: "; ")
    return Evidence(
      kind: .history, statement: "Runbook \(name): \(runbook.title). \(steps)", query: query("runbooks", name),
      digest: ContentDigest.of(steps), value: Double(runbook.steps.count), unit: "steps")
  }

  // MARK: Parts

  private func values(_ series: MetricSeries, _ window: TimeWindow) -> [Double] {
    series.values[series.rows(in: window)].filter(\.isFinite)
  }

  private func operations(of component: ComponentID) -> [String] {
    let spans = telemetry.spans
    guard let name = spans.componentNames.firstIndex(of: component) else { return [] }
    var found: Set<Int32> = []
    for row in spans.components.indices.prefix(Self.maximumRowCount) where spans.components[row] == Int32(name) {
      found.insert(spans.operations[row])
    }
    return found.map { spans.operationNames[Int($0)] }.sorted()
  }

  private func listing(_ names: [String]) -> String {
    names.isEmpty ? "there are none" : "there are \(names.prefix(Self.listed).joined(separator: ", "))"
  }

  private func query(_ source: String, _ expression: String) -> Evidence.Query {
    Evidence.Query(source: source, expression: expression, window: telemetry.incident.window)
  }
}

extension [Double] {
  fileprivate var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
  }
}

extension ArraySlice<UInt8> {
  fileprivate func contains(_ wanted: [UInt8]) -> Bool { wanted.isEmpty || firstRange(of: wanted) != nil }
}
