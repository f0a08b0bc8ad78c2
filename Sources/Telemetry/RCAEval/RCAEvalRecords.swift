import IncidentModel
import TextReading

/// Columns of a CSV by the names that a header may give them.
struct HeaderColumns {
  private var columns: [String: Int] = [:]

  /// Reads the header row; nil for an empty file. Case does not count.
  init?(_ reader: inout DelimitedReader) throws {
    guard try reader.nextRow() else { return nil }
    for column in (0..<reader.fieldCount).reversed() {
      columns[reader.text(column).lowercased().trimmingSpaces] = column
    }
  }

  /// The first of the names that there is.
  func first(_ names: String...) -> Int? { names.lazy.compactMap { columns[$0.lowercased()] }.first }
}

/// Reads RCAEval's `traces.csv` and `logs.csv`, by the names of their columns.
enum RCAEvalRecords {
  /// Nil where a column that is needed is missing.
  static func spans(_ file: FileBytes, limits: ReadLimits) throws -> SpanTableBuilder? {
    var reader = DelimitedReader(file, limits: limits)
    guard let columns = try HeaderColumns(&reader), let trace = columns.first("traceID", "trace_id"),
      let span = columns.first("spanID", "span_id"), let service = columns.first("serviceName", "service"),
      let start = columns.first("startTime", "start_time", "time", "timestamp"),
      let duration = columns.first("duration")
    else { return nil }
    let parent = columns.first("parentSpanID", "parent_span_id", "parentID") ?? -1
    let operation = columns.first("operationName", "operation", "methodName") ?? -1
    let status = columns.first("statusCode", "status") ?? -1
    var builder = SpanTableBuilder()
    var clock = ClockText()
    let numbers = DecimalParser()
    while try reader.nextRow() {
      guard let (time, unit) = clock.nanoseconds(anyUnit: reader[start]) else {
        throw reader.error(field: start, "a time is expected here")
      }
      guard let length = numbers.number(reader[duration]), length >= 0 else {
        throw reader.error(field: duration, "a duration is expected here")
      }
      // Tracers write a duration in the unit of the start; beside seconds or a text it is in microseconds.
      let scale = unit == 0 || unit == 1_000_000_000 ? 1000 : Double(unit)
      let nanoseconds = min(length * scale, 1e17)
      builder.append(
        trace: reader[trace], span: reader[span], parent: reader[parent].isMissing ? .none : reader[parent],
        component: reader[service], operation: reader[operation], start: time,
        end: time.addingReportingOverflow(Int64(nanoseconds.rounded())).partialValue, failed: isFailure(reader[status]))
    }
    return builder
  }

  /// A gRPC code other than 0, an HTTP status of 500 and above, or a word with `error` in it.
  private static func isFailure(_ status: UnsafeRawBufferPointer) -> Bool {
    if status.isEmpty { return false }
    if let code = DecimalParser().number(status) { return (1...16).contains(code) || code >= 500 }
    return String(decoding: status, as: UTF8.self).lowercased().contains("error")
  }

  /// Nil where a column that is needed is missing.
  static func logs(_ file: FileBytes, limits: ReadLimits) throws -> LogTable? {
    var reader = DelimitedReader(file, limits: limits)
    guard let columns = try HeaderColumns(&reader), let time = columns.first("timestamp", "time"),
      let service = columns.first("container_name", "service", "serviceName", "pod_name", "container"),
      let message = columns.first("message", "log", "body", "msg")
    else { return nil }
    let level = columns.first("level", "severity", "log_level") ?? -1
    var builder = LogTableBuilder()
    var clock = ClockText()
    while try reader.nextRow() {
      guard let (moment, _) = clock.nanoseconds(anyUnit: reader[time]) else {
        throw reader.error(field: time, "a time is expected here")
      }
      guard !reader[service].isEmpty else { continue }
      builder.append(
        time: moment, component: reader[service], severity: LogSeverity(word: reader[level]), body: reader[message])
    }
    return builder.build()
  }
}

extension UnsafeRawBufferPointer {
  static var none: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  /// Empty, or what tables write for nothing.
  fileprivate var isMissing: Bool {
    count <= 4 && ["", "nan", "none", "null"].contains(String(decoding: self, as: UTF8.self).lowercased())
  }
}
