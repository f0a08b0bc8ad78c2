import Commands
import Foundation
import IncidentModel
import Telemetry
import TestSupport

/// A temporary folder with the project's own agents, prompts and runbooks beside it.
struct Workspace {
  let folder: String

  static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/tocsin-commands-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  /// Runs one command line in this process and gives its exit status.
  func run(_ arguments: String...) async -> Int32 { await run(arguments) }

  func run(_ arguments: [String]) async -> Int32 {
    await TocsinCommand.run(arguments + ["--project", Self.project, "--quiet"])
  }

  static let program = project + "/.build/debug/tocsin"
  static var hasProgram: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// What the program says on both streams for one command line.
  func output(_ arguments: [String], program: String = Self.program) async throws -> String {
    try await onOwnThread {
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments + ["--project", Self.project]
      process.currentDirectoryURL = URL(filePath: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }
  }

  /// Two services, an hour at 30 s; the callee runs out of processor time after 40 minutes.
  func writeCase(_ name: String, isFaulty: Bool) throws {
    let start: Int64 = 1_772_334_000_000_000_000
    let times = (0..<120).map { start + Int64($0) * 30_000_000_000 }
    func series(_ component: String, _ metric: String, _ base: Double, _ fault: Double) -> MetricSeries {
      let values = (0..<120).map { index in
        let noise = Double((index * 7919) % 13) / 13 * 0.1 * base
        return (isFaulty && index >= 80 ? fault : base) + noise
      }
      return MetricSeries(
        key: MetricKey(component: ComponentID(component), metric: metric), times: times, values: values)
    }
    let end = Timestamp(nanoseconds: (times.last ?? start) + 1)
    let window = TelemetryWindow(
      incident: Incident(
        id: name, title: name, window: TimeWindow(start: Timestamp(nanoseconds: start), end: end),
        alertedAt: Timestamp(nanoseconds: times[84]),
        symptom: Incident.Symptom(component: "shop", metric: "latency_p95_seconds")),
      metrics: [
        series("ledger", "cpu_cores", 0.3, 0.95), series("ledger", "latency_p95_seconds", 0.05, 1.1),
        series("ledger", "requests_per_second", 40, 40), series("shop", "cpu_cores", 0.4, 0.4),
        series("shop", "latency_p95_seconds", 0.2, 1.3), series("shop", "requests_per_second", 40, 40),
      ].sorted { $0.key < $1.key },
      serviceMap: ServiceMap(calls: [ServiceMap.Call(from: "shop", to: "ledger")]))
    try CaseWriter(folder: path(name)).write(window, compress: false)
    let truth = isFaulty ? "component: ledger\nfault: cpu\n" : "healthy: true\n"
    try Data(truth.utf8).write(to: URL(filePath: path(name) + "/truth.yaml"))
  }
}
