import IncidentModel
import TextReading

/// Collects log records in any order and makes a `LogTable` of them.
package struct LogTableBuilder: Sendable {
  private let spanIndex: SpanIndex
  private var componentNames = ByteInterner()
  private var times: [Int64] = []
  private var components: [Int32] = []
  private var severities: [LogSeverity] = []
  private var spans: [Int32] = []
  private var bodyBytes: [UInt8] = []
  private var bodyEnds: [Int] = []

  /// - Parameter spans: from the builder of the window's spans, which therefore are read first.
  package init(spans: SpanIndex = .empty) { spanIndex = spans }

  package var count: Int { times.count }

  /// One record; bytes of the body that are not UTF-8 become U+FFFD.
  package mutating func append(
    time: Int64, component: UnsafeRawBufferPointer, severity: LogSeverity, body: UnsafeRawBufferPointer,
    trace: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    span: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    append(
      time: time, component: component, severity: severity, body: body,
      spanRow: span.isEmpty ? -1 : spanIndex.row(trace: trace, span: span))
  }

  /// The same where the row of the span is known; -1 for none.
  mutating func append(
    time: Int64, component: UnsafeRawBufferPointer, severity: LogSeverity, body: UnsafeRawBufferPointer,
    spanRow: Int32
  ) {
    times.append(time)
    components.append(componentNames.number(of: component))
    severities.append(severity)
    spans.append(spanRow)
    if firstInvalidUTF8(body) == nil {
      bodyBytes.append(contentsOf: body)
    } else {
      bodyBytes.append(contentsOf: String(decoding: body, as: UTF8.self).utf8)
    }
    bodyEnds.append(bodyBytes.count)
  }

  /// The same from strings, for where speed does not matter.
  package mutating func append(
    time: Int64, component: String, severity: LogSeverity, body: String, trace: String = "", span: String = ""
  ) {
    let texts = [component, body, trace, span].map { ContiguousArray($0.utf8) }
    texts[0].withUnsafeBytes { component in
      texts[1].withUnsafeBytes { body in
        texts[2].withUnsafeBytes { trace in
          texts[3].withUnsafeBytes { span in
            append(time: time, component: component, severity: severity, body: body, trace: trace, span: span)
          }
        }
      }
    }
  }

  package func build() -> LogTable {
    var table = LogTable()
    if let order = ascendingOrder(times) {
      table.times = order.map { times[$0] }
      table.components = order.map { components[$0] }
      table.severities = order.map { severities[$0] }
      table.spans = order.map { spans[$0] }
      table.bodyBytes.reserveCapacity(bodyBytes.count)
      for row in order {
        table.bodyBytes.append(contentsOf: bodyBytes[(row == 0 ? 0 : bodyEnds[row - 1])..<bodyEnds[row]])
        table.bodyEnds.append(table.bodyBytes.count)
      }
    } else {
      table.times = times
      table.components = components
      table.severities = severities
      table.spans = spans
      table.bodyBytes = bodyBytes
      table.bodyEnds = bodyEnds
    }
    table.componentNames = renumber(&table.components, count: componentNames.count).order
      .map { ComponentID(componentNames.text($0)) }
    return table
  }
}

extension LogSeverity {
  /// From the word that loggers use, in any case (`WARN`, `err`, `Information`, …); `unknown` for any other.
  package init(word bytes: UnsafeRawBufferPointer) {
    guard (1...16).contains(bytes.count), bytes[0] | 0x20 >= UInt8(ascii: "a"), bytes[0] < 128 else {
      self = .unknown
      return
    }
    let word = String(decoding: bytes.lazy.map { $0 | ($0 >= 65 && $0 <= 90 ? 0x20 : 0) }, as: UTF8.self)
    self =
      switch word {
      case "trace", "verbose", "finest", "finer": .trace
      case "debug", "fine": .debug
      case "info", "information", "informational", "notice", "log": .info
      case "warn", "warning": .warning
      case "error", "err", "severe": .error
      case "fatal", "critical", "crit", "alert", "emerg", "emergency", "panic": .fatal
      default: .unknown
      }
  }

  /// From a line as containers write it: the first of its first words that is one (`[ERROR]`, `level=warn`, `INFO:`).
  package init(line: String) {
    let words = line.prefix(120).split { !($0.isASCII && $0.isLetter) }.prefix(8)
    self =
      words.lazy.map { word in ContiguousArray(word.utf8).withUnsafeBytes { LogSeverity(word: $0) } }
      .first { $0 != .unknown } ?? .unknown
  }
}
