import Foundation

/// Appends spans as OTLP JSON Lines and log records as JSON Lines, flushed a few times a second.
final class TelemetryFiles: @unchecked Sendable {
  enum Severity: String { case info, warning, error }

  /// Of unsampled lines in one second, so that a storm of errors does not fill the disk.
  private static let linesPerSecond = 30

  private let component: String
  private let configuration: LiveConfiguration
  private let lock = NSLock()
  private let paths: (spans: String, log: String)
  /// Guarded by `lock`.
  private var spans = ""
  private var log = ""
  private var second = 0
  private var linesInSecond = 0

  init(_ configuration: LiveConfiguration) {
    self.configuration = configuration
    let now = configuration.now
    component = now.component
    paths = ("\(now.folder)/spans.jsonl", "\(now.folder)/log.jsonl")
    Threads.start("telemetry") { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.2)
        flush()
      }
    }
  }

  /// By this process's own clock, which a fault can put out.
  var now: Int64 {
    Moment.wallNanoseconds + Int64(configuration.now.behaviour.clockOffsetSeconds * 1e9)
  }

  /// - Parameter service: the component whose work this is; a store's where it is seen from here.
  func span(_ trace: RequestTrace, service: String? = nil, name: String, kind: Int, start: Int64, failed: Bool) {
    guard trace.isSampled else { return }
    let parent = trace.parent.map { "\"parentSpanId\":\"\($0)\"," } ?? ""
    let line = """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\(service ?? component)"}}]},\
      "scopeSpans":[{"spans":[{"traceId":"\(trace.trace)","spanId":"\(trace.span)",\(parent)"name":\(Self.quoted(name)),\
      "kind":\(kind),"startTimeUnixNano":"\(start)","endTimeUnixNano":"\(now)","status":{"code":\(failed ? 2 : 1)}}]}]}]}

      """
    lock.withLock { spans += line }
  }

  func write(_ severity: Severity, _ body: String, trace: RequestTrace? = nil) {
    let time = now
    let place = trace.flatMap { $0.isSampled ? "\"trace\":\"\($0.trace)\",\"span\":\"\($0.span)\"," : nil } ?? ""
    let line =
      "{\"timeUnixNano\":\"\(time)\",\"component\":\"\(component)\",\"severity\":\"\(severity.rawValue)\",\(place)"
      + "\"body\":\(Self.quoted(body))}\n"
    lock.withLock {
      let nowSecond = Int(Moment.monotonicSeconds)
      if nowSecond != second { (second, linesInSecond) = (nowSecond, 0) }
      linesInSecond += 1
      if linesInSecond <= Self.linesPerSecond { log += line }
    }
  }

  func flush() {
    let (spans, log) = lock.withLock {
      defer { (self.spans, self.log) = ("", "") }
      return (self.spans, self.log)
    }
    append(spans, to: paths.spans)
    append(log, to: paths.log)
  }

  private func append(_ text: String, to path: String) {
    guard !text.isEmpty, let file = fopen(path, "a") else { return }
    fputs(text, file)
    fclose(file)
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case _ where scalar.value < 32: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
