import IncidentModel
import Telemetry

@testable import SignalDetection

/// What one service does for a request: its own time, the lines it logs, then its calls, one after the other.
struct Step {
  var service: String
  var operation = "handle"
  var ownMilliseconds = 5.0
  /// Between the caller's span and this one.
  var gapMilliseconds = 1.0
  var fails = false
  /// Whether its own span arrives; its caller's does.
  var isRecorded = true
  var lines: [String] = []
  var calls: [Step] = []
}

/// Ten minutes of healthy requests, then two minutes of an incident, with a little seeded jitter.
struct MadeUpTraces {
  static let begin = 1_700_000_000.0
  static let onset = Timestamp(nanoseconds: 1_700_000_600_000_000_000)
  static let end = Timestamp(nanoseconds: 1_700_000_720_000_000_000)

  private var builder = SpanTableBuilder()
  private var lines: [(time: Int64, service: String, text: String, trace: String, span: String)] = []
  private var traceCount = 0
  private var spanCount = 0
  private var random: UInt64 = 42

  /// - Parameters:
  ///   - normal: the request of healthy times; called for each, so that some may differ.
  ///   - incident: the request of the incident.
  init(everySeconds: Double = 2, normal: (Int) -> Step, incident: (Int) -> Step) {
    var second = 0.5
    var number = 0
    while second < 720 {
      let root = second < 600 ? normal(number) : incident(number)
      add(root, parent: nil, trace: "t\(traceCount)", start: Int64((Self.begin + second) * 1e9))
      traceCount += 1
      number += 1
      second += everySeconds
    }
  }

  /// Adds a span and all below it; returns its end.
  @discardableResult
  private mutating func add(_ step: Step, parent: String?, trace: String, start: Int64) -> Int64 {
    let span = nextSpan()
    var now = start + nanoseconds(step.ownMilliseconds / 2)
    for line in step.lines {
      lines.append((now, step.service, line, trace, span))
      now += 1000
    }
    for call in step.calls {
      let client = nextSpan()
      let calleeEnd = add(call, parent: client, trace: trace, start: now + nanoseconds(call.gapMilliseconds / 2))
      let clientEnd = calleeEnd + nanoseconds(call.gapMilliseconds / 2)
      builder.append(
        trace: trace, span: client, parent: span, component: step.service, operation: "call \(call.service)",
        start: now, end: clientEnd, failed: call.fails)
      now = clientEnd
    }
    let end = now + nanoseconds(step.ownMilliseconds / 2)
    guard step.isRecorded else { return end }
    builder.append(
      trace: trace, span: span, parent: parent, component: step.service, operation: step.operation, start: start,
      end: end, failed: step.fails)
    return end
  }

  private mutating func nextSpan() -> String {
    spanCount += 1
    return "s\(spanCount)"
  }

  /// Within a tenth of what was asked for.
  private mutating func nanoseconds(_ milliseconds: Double) -> Int64 {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let jitter = Double(random >> 40) / Double(1 << 24) - 0.5
    return Int64(milliseconds * (1 + 0.2 * jitter) * 1e6)
  }

  func window(metrics: [MetricSeries] = [], renaming: (String) -> String = { $0 }) -> TelemetryWindow {
    let (spans, index) = builder.build()
    var logs = LogTableBuilder(spans: index)
    for line in lines {
      logs.append(
        time: line.time, component: line.service, severity: .info, body: line.text, trace: line.trace, span: line.span)
    }
    let start = Timestamp(seconds: Self.begin) ?? Self.onset
    return TelemetryWindow(
      incident: Incident(
        id: "made-up", title: "Made up", window: TimeWindow(start: start, end: Self.end), alertedAt: Self.onset),
      metrics: metrics, spans: spans, logs: logs.build())
  }

  static func comparison(_ source: Detection.OnsetSource = .alert) -> Comparison {
    Comparison(
      onset: onset, onsetSource: source,
      reference: [TimeWindow(start: onset.advanced(bySeconds: -600), end: onset)],
      observed: TimeWindow(start: onset, end: end))
  }

  /// What the trace detector says of it.
  func signals() -> [Signal] { TraceDetector().detect(in: window(), comparing: Self.comparison()) }
}

extension [Signal] {
  func strongest(_ channel: SignalChannel) -> Signal? {
    filter { $0.channel == channel }.max { $0.strength < $1.strength }
  }

  func of(_ channels: SignalChannel...) -> [Signal] { filter { channels.contains($0.channel) } }
}
