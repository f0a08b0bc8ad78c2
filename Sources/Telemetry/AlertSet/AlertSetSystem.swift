import IncidentModel
import TextReading

/// Every window of one system of an alert set, by time.
struct AlertSetSystem: Sendable {
  struct Window: Sendable {
    var id: String
    var time: TimeWindow
    /// An earlier window again with its dates moved, as some sets pad themselves.
    var isCopy: Bool
    var alerts: [Alert]
  }

  let windows: [Window]
  let serviceMap: ServiceMap
  /// The levels at which faults of this set can be.
  let answerKinds: [ComponentKind]
  let hasLogs: Bool
  let inputDigest: String

  init(name: String, source: ByteSource) throws {
    var source = source
    let path = "fault-alerts/\(name)"
    let graph = try AlertSetGraph(try source.read("knowledge-graphs/\(name)/\(name)-KG.json"), limits: source.limits)
    let labels = try Self.labels(try source.read("\(path)/label.csv"), limits: source.limits)
    var windows = labels.windows.sorted { ($0.time.start, $0.id) < ($1.time.start, $1.id) }
    answerKinds = labels.kinds
    serviceMap = graph.serviceMap
    var positions: [String: Int] = [:]
    for (position, window) in windows.enumerated() { positions[window.id] = position }
    let logs = try source.readIfPresent("\(path)/log/logs.json")
    hasLogs = logs != nil
    let files: [(FileBytes?, AlertSetRow.Family)] = [
      (try source.read("\(path)/metric/metrics.json"), .metric), (try source.read("\(path)/trace/traces.json"), .trace),
      (logs, .log),
    ]
    for (file, family) in files {
      guard let file else { continue }
      try Self.eachRow(of: file, family, limits: source.limits) { window, row in
        guard let position = positions[window] else { return }
        windows[position].alerts.append(row.alert(in: windows[position].time, graph: graph))
      }
    }
    self.windows = windows
    inputDigest = source.inputDigest
  }

  /// `{"<window>": [row, …], …}`.
  private static func eachRow(
    of file: FileBytes, _ family: AlertSetRow.Family, limits: ReadLimits, _ body: (String, AlertSetRow) throws -> Void
  ) throws {
    var reader = try JSONReader(file, limits: limits)
    try reader.beginObject()
    while try reader.nextMember() {
      let window = String(decoding: reader.key, as: UTF8.self)
      try reader.beginArray()
      while try reader.nextElement() {
        try body(window, try AlertSetRow(family, from: &reader))
      }
    }
    try reader.finish()
  }

  private static func labels(
    _ file: FileBytes, limits: ReadLimits
  ) throws -> (windows: [Window], kinds: [ComponentKind]) {
    var rows = DelimitedReader(file, limits: limits)
    guard try rows.nextRow() else { throw DatasetError(file: file.name, line: 1, message: "the header is missing") }
    let header = (0..<rows.fieldCount).map { rows.text($0) }
    func column(_ name: String) throws -> Int {
      guard let index = header.firstIndex(of: name) else {
        throw DatasetError(file: file.name, line: 1, message: "the header has no column \(name)")
      }
      return index
    }
    let (id, level) = (try column("fault_id"), try column("fault_level"))
    let (start, end) = (try column("fault_st_time"), try column("fault_ed_time"))
    let augmented = header.firstIndex(of: "augmented")
    var windows: [Window] = []
    var kinds: Set<ComponentKind> = []
    while try rows.nextRow() {
      try rows.requireFieldCount(header.count)
      guard let from = AlertSetClock.time(rows.text(start)) else { throw rows.error(field: start, "this is no time") }
      guard let to = AlertSetClock.time(rows.text(end)) else { throw rows.error(field: end, "this is no time") }
      guard from < to else { throw rows.error(field: end, "the window ends before it starts") }
      let isCopy = augmented.map { rows.text($0) == "True" } ?? false
      windows.append(
        Window(id: rows.text(id), time: TimeWindow(start: from, end: to), isCopy: isCopy, alerts: []))
      switch rows.text(level) {
      case "service_instance", "pod": kinds.insert(.instance)
      case "service": kinds.insert(.service)
      case "node", "host": kinds.insert(.node)
      default: break
      }
    }
    return (windows, kinds.sorted { $0.rawValue < $1.rawValue })
  }
}

/// Times in these sets: Unix seconds, or clock text in UTC+8.
enum AlertSetClock {
  static func time(_ text: String) -> Timestamp? {
    if let seconds = Double(text) { return Timestamp(seconds: seconds) }
    return Timestamp(rfc3339: text.replacing(",", with: ".") + "+08:00")
  }
}
