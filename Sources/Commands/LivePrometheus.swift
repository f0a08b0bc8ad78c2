import Foundation
import IncidentModel
import PrometheusAPI
import Telemetry
import TextReading

extension InvestigateCommand {
  /// Reads a window that ends now, writes it as a case, and judges what was written, so that a recording gives the same
  /// report again.
  func investigatePrometheus(_ address: String, _ console: Console) async throws {
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
      return selector
    }
    let engine = try engine()
    if let folder = live.record { try refuseToOverwrite(folder, flag: "--record") }
    let recording = try live.record ?? privateFolder()
    defer { if live.record == nil { try? FileManager.default.removeItem(atPath: recording) } }

    let end = LiveCluster.now
    let window = TimeWindow(start: end.advanced(bySeconds: -seconds), end: end)
    let telemetry = try await readPrometheus(address, window, selector, console)
    note("\(telemetry.metrics.count) series and \(telemetry.alerts.count) alerts read")
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

  private func readPrometheus(
    _ address: String, _ window: TimeWindow, _ selector: AlertSelector?, _ console: Console
  ) async throws -> TelemetryWindow {
    let progress = ProgressLine("read \(PrometheusClient(address).origin)", console: console)
    defer { progress.finish() }
    do {
      let token = try live.tokenFile.map { file in
        try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let client = PrometheusClient(address, bearerToken: token)
      return try await PrometheusReading(client).read(window, alert: selector) { progress.show(done: $0, total: $1) }
    } catch let error as PrometheusError {
      throw CommandFailure(error)
    } catch let error as DatasetError {
      throw CommandFailure(.badInput, "\(error)")
    } catch let error as CocoaError {
      throw CommandFailure(.usage, "--token-file cannot be read: \(error.localizedDescription)")
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
