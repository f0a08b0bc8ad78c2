import IncidentModel
import Telemetry

/// Keeps a share of what every service writes; lines of sampled traces carry their span.
struct LogSampling {
  private let history: SystemHistory
  private let phrases: [LogPhrases]
  private let spans: SpanTable
  private var random: SeededRandom
  private var lines: [Line] = []

  private struct Line {
    var time: Int64
    var service: Int
    var severity: LogSeverity
    var span: Int32
    var body: String
  }

  static func sample(_ history: SystemHistory, lines count: Int, spans: SpanTable) -> LogTable {
    var sampling = LogSampling(history: history, spans: spans)
    sampling.writeRoutine(count)
    sampling.writeFault()
    sampling.writeBursts()
    sampling.writeTraced(count / 5)
    return sampling.table()
  }

  private init(history: SystemHistory, spans: SpanTable) {
    self.history = history
    self.spans = spans
    random = SeededRandom(seed: history.seed, purpose: "logs")
    phrases = history.system.services.map { service in
      var own = SeededRandom(seed: 7, purpose: "\(history.system.name) \(service.id)")
      return LogPhrases(role: (service.isStore, service.role == .gateway), random: &own)
    }
  }

  /// Busy services write more, though less than in proportion, as log levels are set by volume.
  private mutating func writeRoutine(_ count: Int) {
    let writers = history.system.services.indices.filter { history.system.services[$0].hasOwnTelemetry }
    let perTick = Double(count) / Double(history.tickCount)
    for (tick, moment) in history.moments.enumerated() {
      let weights = writers.map { moment[$0].requests.squareRoot() }
      let total = weights.reduce(0, +)
      guard total > 0 else { continue }
      for (number, writer) in writers.enumerated() {
        for _ in 0..<random.poisson(mean: perTick * weights[number] / total) {
          writeRequest(writer, moment[writer], tick: tick)
        }
      }
    }
  }

  private mutating func writeRequest(_ position: Int, _ moment: ServiceMoment, tick: Int) {
    let stock = phrases[position]
    let usual = history.moments[0][position].meanMilliseconds
    if random.chance(moment.errors) {
      let callees = history.system.callsFrom[position].map { history.system.calls[$0].to }
      let failing = callees.map { history.moments[tick][$0].errors }
      let own = moment.ownErrors
      var draw = random.unit() * (own + failing.reduce(0, +))
      draw -= own
      if draw <= 0 || callees.isEmpty {
        write(stock.failure, at: tick, by: position, .error, moment)
      } else {
        let culprit = zip(callees, failing).first { _, share in
          draw -= share
          return draw <= 0
        }
        let name = history.system.services[culprit?.0 ?? callees[0]].id.rawValue
        write(stock.calleeFailure.replacing("{callee}", with: name), at: tick, by: position, .error, moment)
      }
    } else if moment.meanMilliseconds > 2 * usual, random.chance(0.4) || random.chance(0.01) {
      write(stock.slow, at: tick, by: position, .warning, moment)
    } else if random.chance(0.02) {
      write(stock.harmlessWarning, at: tick, by: position, .warning, moment)
    } else if let phrase = random.pick(stock.routine) {
      write(phrase, at: tick, by: position, .info, moment)
    }
  }

  /// One fault in five says nothing about itself.
  private mutating func writeFault() {
    guard let fault = history.fault, !random.chance(0.2) else { return }
    let symptoms = LogPhrases.symptoms(of: fault)
    let shares = fault.affectedShares(in: history.system)
    for (tick, moment) in history.moments.enumerated() {
      let amount = fault.strength * fault.intensity(at: Double(tick) * history.stepSeconds)
      guard amount > 0 else { continue }
      for position in shares.keys.sorted() where history.system.services[position].hasOwnTelemetry {
        let mean = min(amount, 2) * 0.04 * history.stepSeconds * (shares[position] ?? 1) / Double(shares.count)
        for _ in 0..<random.poisson(mean: mean) {
          guard let phrase = random.pick(symptoms) else { return }
          write(phrase, at: tick, by: position, random.chance(0.7) ? .error : .warning, moment[position])
        }
      }
    }
  }

  private mutating func writeBursts() {
    for burst in history.decoys.logBursts {
      for _ in 0..<burst.lines {
        let tick = history.tick(atSeconds: burst.startSeconds + random.uniform(0, 180))
        write(
          phrases[burst.service].harmlessWarning, at: tick, by: burst.service, .warning,
          history.moments[tick][burst.service])
      }
    }
  }

  private mutating func writeTraced(_ count: Int) {
    guard !spans.isEmpty else { return }
    for _ in 0..<count {
      let row = random.index(below: spans.count)
      let position = Int(spans.components[row])
      guard history.system.services[position].hasOwnTelemetry, !history.system.services[position].isStore else {
        continue
      }
      let stock = phrases[position]
      let phrase = spans.failed[row] ? stock.failure : random.pick(stock.routine) ?? stock.failure
      let time = spans.starts[row] + Int64(Double(spans.ends[row] - spans.starts[row]) * random.unit())
      let milliseconds = Double(spans.ends[row] - spans.starts[row]) / 1_000_000
      lines.append(
        Line(
          time: time / 1000 * 1000, service: position, severity: spans.failed[row] ? .error : .info, span: Int32(row),
          body: filled(phrase, position, milliseconds: milliseconds)))
    }
  }

  private mutating func write(
    _ phrase: String, at tick: Int, by position: Int, _ severity: LogSeverity, _ moment: ServiceMoment
  ) {
    let offset = (random.unit() * history.stepSeconds * 1000).rounded(.down) * 1_000_000
    let milliseconds = moment.meanMilliseconds * random.logNormal(spread: 0.4)
    lines.append(
      Line(
        time: history.time(atTick: tick).nanoseconds + Int64(offset), service: position, severity: severity, span: -1,
        body: filled(phrase, position, milliseconds: milliseconds)))
  }

  private mutating func filled(_ phrase: String, _ position: Int, milliseconds: Double) -> String {
    var text = ""
    var rest = phrase[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      text += rest[..<open]
      switch rest[rest.index(after: open)..<close] {
      case "n": text += String(random.index(below: 900) + 1)
      case "ms": text += String((milliseconds * 10).rounded() / 10)
      case "id": text += random.hexadecimal(digits: 8)
      case "op": text += random.pick(history.system.services[position].operations) ?? "request"
      default: text += rest[open...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }

  private func table() -> LogTable {
    var table = LogTable()
    table.componentNames = history.system.services.map(\.id)
    let order = lines.indices.sorted { (lines[$0].time, $0) < (lines[$1].time, $1) }
    for index in order {
      let line = lines[index]
      table.times.append(line.time)
      table.components.append(Int32(line.service))
      table.severities.append(line.severity)
      table.spans.append(line.span)
      table.bodyBytes.append(contentsOf: line.body.utf8)
      table.bodyEnds.append(table.bodyBytes.count)
    }
    return table
  }
}
