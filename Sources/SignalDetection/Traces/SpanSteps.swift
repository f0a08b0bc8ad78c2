import IncidentModel
import Telemetry

/// What happens inside a span, in order: it starts, calls its children, writes log lines, ends.
///
/// Steps are numbered: 0 start, 1 end, then the nodes of the frame, then log templates.
struct SpanSteps {
  static let start: Int32 = 0
  static let end: Int32 = 1

  let frame: TraceFrame
  /// Nil when log lines are left out.
  let templates: LogTemplates?
  private let logs: LogTable
  private let logsOfSpan: RowGroups
  /// Log lines of each window that a span of the same service wrote.
  private let logCounts: [Int]
  private let spanCounts: [Int]

  /// Windows in which fewer lines than this come on a span have no logs worth comparing.
  static let minimumLogShare = 0.01

  private(set) var steps: [Int32] = []
  private(set) var times: [Int64] = []

  /// Log lines count only where both the incident and some history window have them: otherwise every line would be new.
  init(_ frame: TraceFrame, logs: LogTable, serviceMap: ServiceMap) {
    self.frame = frame
    self.logs = logs
    let owners = Self.owners(frame, logs, serviceMap)
    var logCounts = [Int](repeating: 0, count: frame.windows.count)
    for owner in owners where owner >= 0 { logCounts[Int(frame.windowOfRow[Int(owner)])] += 1 }
    var spanCounts = [Int](repeating: 0, count: frame.windows.count)
    for window in frame.windowOfRow where window >= 0 { spanCounts[Int(window)] += 1 }
    self.logCounts = logCounts
    self.spanCounts = spanCounts
    logsOfSpan = RowGroups(owners: owners, ownerCount: frame.table.count)
    let hasLogs = { Self.hasLogs(logCounts[$0], spanCounts[$0]) }
    guard hasLogs(0), (1..<frame.windows.count).contains(where: hasLogs) else {
      templates = nil
      return
    }
    templates = LogTemplates(logs, rows: Self.ranges(of: owners))
  }

  /// Whether a window can be compared with the incident: with log lines when the incident has them.
  func isComparable(_ window: Int) -> Bool {
    templates == nil || Self.hasLogs(logCounts[window], spanCounts[window])
  }

  /// Fills `steps` and `times` with those of one span. A step that repeats itself at once counts once.
  mutating func walk(_ row: Int) {
    steps.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    steps.append(Self.start)
    times.append(frame.table.starts[row])
    let children = frame.children[row]
    var child = children.startIndex
    if let templates {
      for line in logsOfSpan[row] {
        let time = logs.times[Int(line)]
        while child < children.endIndex, frame.table.starts[Int(children[child])] <= time {
          appendChild(Int(children[child]))
          child += 1
        }
        append(2 + Int32(frame.nodes.count) + templates.templateOfRow[Int(line)], time)
      }
    }
    while child < children.endIndex {
      appendChild(Int(children[child]))
      child += 1
    }
    append(Self.end, frame.table.ends[row])
  }

  enum Meaning {
    case start, end
    case call(node: Int32)
    case line(template: Int32)
  }

  func meaning(of step: Int32) -> Meaning {
    if step == Self.start { return .start }
    if step == Self.end { return .end }
    let node = step - 2
    let nodeCount = Int32(frame.nodes.count)
    return node < nodeCount ? .call(node: node) : .line(template: node - nodeCount)
  }

  /// A call is known by what is called, not by the client library that makes it.
  private mutating func appendChild(_ child: Int) {
    let callee = frame.callee(ofClientSpan: child)
    let unanswered = frame.unansweredCall(child)
    let node = unanswered >= 0 ? unanswered : frame.nodeOfRow[callee >= 0 ? callee : child]
    append(2 + node, frame.table.starts[child])
  }

  private mutating func append(_ step: Int32, _ time: Int64) {
    guard steps.last != step else { return }
    steps.append(step)
    times.append(time)
  }

  private static func hasLogs(_ logCount: Int, _ spanCount: Int) -> Bool {
    logCount > 0 && Double(logCount) > minimumLogShare * Double(spanCount)
  }

  /// For each log line the span that wrote it, where span and line are of the same service and inside a window.
  private static func owners(_ frame: TraceFrame, _ logs: LogTable, _ serviceMap: ServiceMap) -> [Int32] {
    var numbers: [ComponentID: Int32] = [:]
    for (number, service) in frame.services.enumerated() { numbers[service] = Int32(number) }
    let serviceOfComponent = logs.componentNames.map { numbers[serviceMap.service(of: $0)] ?? -1 }
    return logs.spans.enumerated().map { row, span in
      guard span >= 0, frame.windowOfRow[Int(span)] >= 0,
        serviceOfComponent[Int(logs.components[row])] == frame.serviceOfRow[Int(span)]
      else { return -1 }
      return span
    }
  }

  private static func ranges(of owners: [Int32]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for row in owners.indices where owners[row] >= 0 {
      if let last = ranges.last, last.upperBound == row {
        ranges[ranges.count - 1] = last.lowerBound..<(row + 1)
      } else {
        ranges.append(row..<(row + 1))
      }
    }
    return ranges
  }
}
