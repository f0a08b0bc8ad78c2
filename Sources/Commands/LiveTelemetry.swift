import Foundation
import IncidentModel
import PrometheusAPI
import Telemetry
import TelemetryAPI
import TextReading

extension InvestigateCommand {
  /// Reads a window that ends now, writes it as a case, and judges what was written, so that a recording gives the same
  /// report again.
  func investigate(_ servers: [LiveSource.Server], _ console: Console) async throws {
    try refuseCaseFlags()
    let start = ContinuousClock.now
    @Sendable func note(_ what: String) {
      console.note(
        "\(what) (\((start.duration(to: .now) / .seconds(1)).formatted(.number.precision(.fractionLength(1)))) s)")
    }
    let seconds = try WindowLength(live.window ?? "45m").seconds
    let selector = try live.alert.map { text in
      guard let selector = AlertSelector(text) else {
        throw CommandFailure(.usage, "--alert \(text) cannot be read", hint: "write it as 'Name{label=\"value\"}'")
      }
      guard servers.contains(where: { $0.kind == nil }) else {
        throw CommandFailure(.usage, "--alert is for a Prometheus", hint: "name one with --from prometheus=URL")
      }
      return selector
    }
    let engine = try engine()
    if let folder = live.record { try refuseToOverwrite(folder, flag: "--record") }
    let recording = try live.record ?? privateFolder()
    defer { if live.record == nil { try? FileManager.default.removeItem(atPath: recording) } }

    let end = LiveCluster.now
    let window = TimeWindow(start: end.advanced(bySeconds: -seconds), end: end)
    let telemetry = try await read(servers, window, selector, console)
    note(
      "\(telemetry.metrics.count) series, \(telemetry.logs.count) log lines, \(telemetry.spans.count) spans and "
        + "\(telemetry.alerts.count) alerts read")
    try CaseWriter(folder: recording).write(telemetry, compress: true, blindSpots: Self.known(telemetry))
    let dataset = try CaseFolderAdapter(folder: recording)
    guard let reference = try dataset.cases().first else { throw CommandFailure(.internalFault, "no case was written") }
    let recorded = try dataset.read(reference, options: ReadOptions())
    let storage = try await StoreLocation.memory.open()
    let snapshot = try await engine.investigator.investigate(recorded, storage: storage) { event in
      if case .agentFinished(let name, let count) = event, count > 0, name == "detection" || name == "root-cause" {
        note("\(name) has answered")
      }
    }
    note("concluded")
    try output.write(snapshot, console: console)
    if live.record != nil { console.note("recorded in \(recording)") }
  }

  /// A server that gives nothing is a blind spot where another gave something.
  private func read(
    _ servers: [LiveSource.Server], _ window: TimeWindow, _ selector: AlertSelector?, _ console: Console
  ) async throws -> TelemetryWindow {
    var assembly: WindowAssembly?
    var failures: [CommandFailure] = []
    // The Prometheus first: what fired there says what the incident is.
    for server in servers.sorted(by: { $0.kind == nil && $1.kind != nil }) {
      do {
        let read =
          if let kind = server.kind {
            try await readRecords(TelemetryServer(kind, server.url), window, console)
          } else {
            try await readPrometheus(server.url, window, selector, console)
          }
        if servers.count == 1 { return read }
        if assembly == nil { assembly = WindowAssembly(incident: read.incident) }
        assembly?.add(read)
      } catch let failure as CommandFailure where failure.status == .unavailable && servers.count > 1 {
        failures.append(failure)
      }
    }
    guard var assembly else { throw failures[0] }
    assembly.blindSpots += failures.map { "\($0.message) gave nothing." }
    return assembly.window()
  }

  private func readRecords(
    _ server: TelemetryServer, _ window: TimeWindow, _ console: Console
  ) async throws -> TelemetryWindow {
    var server = server
    server.deadlineSeconds = 60
    server.bearerToken = try token()
    let progress = ProgressLine("read \(server.origin)", console: console)
    defer { progress.finish() }
    let start = ContinuousClock.now
    do {
      let records = try await server.read(window) { start.duration(to: .now) / .seconds(1) }
      return records.window(
        Incident(
          id: "\(server.kind.rawValue)-\(Int(window.end.seconds))", title: "\(server.origin) as it is now",
          window: window, environment: server.origin))
    } catch let error as TelemetryServerError {
      throw CommandFailure(.unavailable, "\(error)", hint: "is the address right, and does it need --token-file?")
    }
  }

  private func token() throws -> String? {
    do {
      return try live.tokenFile.map { file in
        try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
      }
    } catch {
      throw CommandFailure(.usage, "--token-file cannot be read: \(error.localizedDescription)")
    }
  }

  private func readPrometheus(
    _ address: String, _ window: TimeWindow, _ selector: AlertSelector?, _ console: Console
  ) async throws -> TelemetryWindow {
    let progress = ProgressLine("read \(PrometheusClient(address).origin)", console: console)
    defer { progress.finish() }
    do {
      let client = PrometheusClient(address, bearerToken: try token())
      return try await PrometheusReading(client).read(window, alert: selector) { progress.show(done: $0, total: $1) }
    } catch let error as PrometheusError {
      throw CommandFailure(error)
    } catch let error as DatasetError {
      throw CommandFailure(.badInput, "\(error)")
    }
  }

  /// What the reader of the case will find missing by itself is not written down again.
  private static func known(_ telemetry: TelemetryWindow) -> [String] {
    let found = WindowAssembly(incident: telemetry.incident).window().blindSpots
    return telemetry.blindSpots.filter { !found.contains($0) }
  }
}

/// `45m`, `2h`, `90s`, `1d`.
struct WindowLength: Hashable {
  let seconds: Double

  static let units = ["s": 1.0, "m": 60, "h": 3600, "d": 86_400]

  init(_ text: String) throws {
    guard let unit = text.last.flatMap({ Self.units[String($0)] }), let number = Int(text.dropLast()),
      (60...14 * 86_400).contains(Double(number) * unit)
    else {
      throw CommandFailure(
        .usage, "--window \(text) is no duration from a minute to a fortnight", hint: "write it as 45m, 2h or 1d")
    }
    seconds = Double(number) * unit
  }
}

extension CommandFailure {
  /// What to do about a Prometheus that gave nothing.
  init(_ error: PrometheusError) {
    let hint =
      switch error.kind {
      case .unreachable(.notTrusted), .unreachable(.encryption): "does this machine trust the server's certificate?"
      case .unreachable: "is the address right, and does the server run? `curl URL/-/ready` tells"
      case .notAllowed: "give a bearer token with --token-file FILE"
      case .notServed, .malformed: "the address ends before /api/v1; Mimir's has /prometheus, Thanos' is the querier's"
      case .unavailable: "the server is overloaded or starting; try again, or a shorter --window"
      case .refused: "try a shorter --window"
      }
    self.init(.unavailable, "\(error)", hint: hint)
  }
}
