import IncidentModel
import TextReading

/// One alert as a detector wrote it.
struct AlertSetRow {
  enum Family { case metric, trace, log }

  private var labels: [String: String]
  private var message = ""
  /// The entity as the detector names it; for a trace alert the callee.
  private var entity: String
  private var time: Timestamp?

  /// - `metric`: `[time in ms, entity, host, metric, up | down]`
  /// - `trace`: `[time in ms, caller, callee, operation, type]`: a slow (`PD`) or failing call
  /// - `log`: `[entity, template, [message, …], count, representative]`, each message beginning with its time
  init(_ family: Family, from reader: inout JSONReader) throws {
    try reader.beginArray()
    switch family {
    case .metric:
      time = try Self.milliseconds(&reader)
      entity = try Self.text(&reader)
      _ = try Self.text(&reader)
      labels = ["alertname": "metric", "metric": try Self.text(&reader), "direction": try Self.text(&reader)]
    case .trace:
      time = try Self.milliseconds(&reader)
      let caller = try Self.text(&reader)
      entity = try Self.text(&reader)
      labels = [
        "alertname": "trace", "caller": caller, "callee": entity, "operation": try Self.text(&reader),
        "type": try Self.text(&reader),
      ]
    case .log:
      entity = try Self.text(&reader)
      labels = ["alertname": "log", "template": try Self.text(&reader)]
      guard try reader.nextElement() else { throw reader.error("the row ends before its messages") }
      try reader.beginArray()
      while try reader.nextElement() {
        let text = try reader.text()
        if message.isEmpty {
          message = text
          time = text.firstRange(of: " | ").flatMap { AlertSetClock.time(String(text[..<$0.lowerBound])) }
        }
      }
    }
    while try reader.nextElement() { try reader.skipValue() }
  }

  func alert(in window: TimeWindow, graph: AlertSetGraph) -> Alert {
    var labels = labels
    for end in ["caller", "callee"] {
      if let name = labels[end] { labels[end] = graph.component(name).rawValue }
    }
    let component = graph.component(entity)
    labels["component"] = component.rawValue
    labels["window"] = window.start.description
    return Alert(
      labels: labels, annotations: message.isEmpty ? [:] : ["message": message], startsAt: time ?? window.start,
      component: component)
  }

  private static func text(_ reader: inout JSONReader) throws -> String {
    guard try reader.nextElement() else { throw reader.error("the row is too short") }
    return try reader.textIfNotNull() ?? ""
  }

  private static func milliseconds(_ reader: inout JSONReader) throws -> Timestamp {
    let text = try text(&reader)
    guard let value = Int64(text), let nanoseconds = Optional(value.multipliedReportingOverflow(by: 1_000_000)),
      !nanoseconds.overflow
    else { throw reader.error("a time in milliseconds was expected, not \(text)") }
    return Timestamp(nanoseconds: nanoseconds.partialValue)
  }
}
