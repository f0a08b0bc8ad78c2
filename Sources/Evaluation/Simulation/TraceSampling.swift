import IncidentModel
import Telemetry

/// Follows a few requests from outside through the system, span by span.
///
/// A call between two applications has a span at the caller and one at the callee; stores and services of others are
/// seen from the caller's side alone, as tracing libraries report them, under the name of what was called.
struct TraceSampling {
  private let history: SystemHistory
  private var random: SeededRandom
  private var spans: [Draft] = []

  private struct Draft {
    var trace: Int
    /// Position in `spans`, or -1.
    var parent: Int
    var service: Int
    var operation: String
    var start: Int64
    var end: Int64
    var hasFailed: Bool
  }

  private static let maximumSpanCount = 80

  /// `traces` requests over the whole window, busier moments more often.
  static func sample(_ history: SystemHistory, traces: Int) -> SpanTable {
    var sampling = TraceSampling(history: history, random: SeededRandom(seed: history.seed, purpose: "traces"))
    sampling.follow(traces)
    return sampling.table()
  }

  private init(history: SystemHistory, random: SeededRandom) {
    self.history = history
    self.random = random
  }

  private mutating func follow(_ count: Int) {
    let gateways = history.system.gateways
    guard let busiest = history.moments.map({ moment in gateways.reduce(0) { $0 + moment[$1].requests } }).max(),
      busiest > 0
    else { return }
    var trace = 0
    // Moments are drawn by rejection, in proportion to the load at that moment.
    for _ in 0..<count * 20 where trace < count {
      let seconds = random.uniform(0, history.durationSeconds)
      let moment = history.moments[history.tick(atSeconds: seconds)]
      let loads = gateways.map { moment[$0].requests }
      guard random.unit() * busiest < loads.reduce(0, +) else { continue }
      var share = random.unit() * loads.reduce(0, +)
      let gateway = zip(gateways, loads).first { _, load in
        share -= load
        return share <= 0
      }
      let start = history.start.advanced(bySeconds: seconds).nanoseconds
      _ = serve(gateway?.0 ?? gateways[0], trace: trace, parent: -1, start: start, first: spans.count, moment: moment)
      trace += 1
    }
  }

  private struct Answer {
    /// Position in `spans`.
    var index: Int
    var end: Int64
    var hasFailed: Bool
  }

  /// One request at one service.
  private mutating func serve(
    _ position: Int, trace: Int, parent: Int, start: Int64, first: Int, moment: [ServiceMoment]
  ) -> Answer {
    let service = history.system.services[position]
    let state = moment[position]
    let isAffected = random.chance(state.affectedShare)
    let typical = isAffected ? state.affectedSelfMilliseconds : state.selfMilliseconds
    let own = typical * random.logNormal(spread: 0.3 + 0.25 * service.tail) * 0.85
    var hasFailed = random.chance(state.ownErrors)
    let index = spans.count
    spans.append(
      Draft(
        trace: trace, parent: parent, service: position, operation: random.pick(service.operations) ?? "call",
        start: start, end: start, hasFailed: false))
    var cursor = start + nanoseconds(own * 0.4)
    var last = cursor
    for call in hasFailed && random.chance(0.8)
      ? [] : history.system.callsFrom[position].map({ history.system.calls[$0] })
    {
      guard spans.count - first < Self.maximumSpanCount else { break }
      for _ in 0..<min(random.poisson(mean: call.callsPerRequest), 3) {
        let answer = self.call(
          call, trace: trace, parent: index, start: cursor, first: first, moment: moment, isAffected: isAffected)
        if answer.hasFailed, random.chance(call.criticality) { hasFailed = true }
        last = max(last, answer.end)
        // Part of a call runs beside the next one.
        cursor += max(Int64(Double(answer.end - cursor) * call.waitShare), 1000)
      }
    }
    spans[index].end = max(cursor, last) + nanoseconds(own * 0.6)
    spans[index].hasFailed = hasFailed
    return Answer(index: index, end: spans[index].end, hasFailed: hasFailed)
  }

  private mutating func call(
    _ call: SimulatedCall, trace: Int, parent: Int, start: Int64, first: Int, moment: [ServiceMoment], isAffected: Bool
  ) -> Answer {
    let callee = history.system.services[call.to]
    var network = call.networkMilliseconds * random.logNormal(spread: 0.4)
    for (place, meets) in [(call.from, isAffected), (call.to, random.chance(moment[call.to].affectedShare))] where meets
    {
      network += moment[place].delayMilliseconds * random.logNormal(spread: 0.1)
      var wait = 200.0
      while random.chance(moment[place].lossRatio * 2), wait < 2000 {
        network += wait
        wait *= 2
      }
    }
    let timeout = nanoseconds(call.timeoutMilliseconds)
    let half = nanoseconds(network / 2)
    guard !callee.isStore, callee.role != .external else {
      let answer = serve(call.to, trace: trace, parent: parent, start: start, first: first, moment: moment)
      return finish(answer.index, answer, end: answer.end + 2 * half, limit: start + timeout)
    }
    let index = spans.count
    spans.append(
      Draft(
        trace: trace, parent: parent, service: call.from, operation: "call \(callee.id)", start: start, end: start,
        hasFailed: false))
    let answer = serve(call.to, trace: trace, parent: index, start: start + half, first: first, moment: moment)
    return finish(index, answer, end: answer.end + half, limit: start + timeout)
  }

  /// Closes the caller's view of an answer, at its timeout at the latest.
  private mutating func finish(_ index: Int, _ answer: Answer, end: Int64, limit: Int64) -> Answer {
    spans[index].end = min(end, limit)
    spans[index].hasFailed = answer.hasFailed || end >= limit
    return Answer(index: index, end: spans[index].end, hasFailed: spans[index].hasFailed)
  }

  private func nanoseconds(_ milliseconds: Double) -> Int64 { Int64(min(milliseconds, 600_000) * 1000) * 1000 }
}

extension TraceSampling {
  private func table() -> SpanTable {
    var table = SpanTable()
    table.componentNames = history.system.services.map(\.id)
    var operations: [String: Int32] = [:]
    var names = SeededRandom(seed: history.seed, purpose: "trace names")
    let traceCount = (spans.map(\.trace).max() ?? -1) + 1
    table.traceNames = (0..<traceCount).map { _ in names.hexadecimal(digits: 12) }
    let order = spans.indices.sorted { (spans[$0].start, $0) < (spans[$1].start, $1) }
    var rows = [Int32](repeating: -1, count: spans.count)
    for (row, index) in order.enumerated() { rows[index] = Int32(row) }
    for index in order {
      let span = spans[index]
      let operation = operations[span.operation] ?? Int32(table.operationNames.count)
      if operation == table.operationNames.count {
        operations[span.operation] = operation
        table.operationNames.append(span.operation)
      }
      table.traces.append(Int32(span.trace))
      table.parents.append(span.parent < 0 ? -1 : rows[span.parent])
      table.components.append(Int32(span.service))
      table.operations.append(operation)
      table.starts.append(span.start)
      table.ends.append(max(span.end, span.start))
      table.failed.append(span.hasFailed)
    }
    return table
  }
}
