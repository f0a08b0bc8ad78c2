import Commands
import Foundation
import HTTPTransport
import IncidentModel
import PrometheusAPI
import Telemetry
import Testing

/// Everything from a real server: what is read, and what an investigation makes of it from the command line.
@Suite(
  .enabled(if: PrometheusServer.isInstalled, "prometheus and promtool are not installed (Debian's prometheus)"),
  .timeLimit(.minutes(5)))
struct RealPrometheusTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @Test func readsSamplesAlertsComponentsAndCalls() async throws {
    let end = Int(Date().timeIntervalSince1970)
    let server = try await PrometheusServer.start(past: ShopPast(end: end).text)
    defer { server.stop() }
    let moment = try #require(Timestamp(seconds: Double(end)))
    let window = TimeWindow(start: moment.advanced(bySeconds: -2400), end: moment)
    let reading = PrometheusReading(PrometheusClient(server.address))
    let selector = try #require(AlertSelector(#"HighLatency{severity="page"}"#))
    let telemetry = try await reading.read(window, alert: selector)

    let keys = Set(telemetry.metrics.map(\.key.description))
    for service in ["gateway", "checkout", "payment"] {
      #expect(keys.contains("\(service)|rate(process_cpu_seconds_total)"))
      #expect(keys.contains("\(service)|http_request_duration_seconds_mean"))
      #expect(keys.contains("\(service)|http_request_duration_seconds_p95"))
      #expect(!keys.contains { $0.contains("_bucket") || $0.contains("_sum") })
    }
    #expect(
      telemetry.serviceMap.calls == [
        ServiceMap.Call(from: "checkout", to: "payment"), ServiceMap.Call(from: "gateway", to: "checkout"),
      ])
    #expect(telemetry.alerts.map(\.name) == ["HighLatency"])
    #expect(telemetry.alerts.first?.endsAt == nil)
    #expect(telemetry.incident.symptom?.component == "gateway")
    #expect(telemetry.incident.alertedAt == moment.advanced(bySeconds: -480))
    let cpu = try #require(telemetry.metrics.first { $0.key.description == "payment|rate(process_cpu_seconds_total)" })
    #expect(cpu.times.count >= 158)
    #expect(abs((cpu.values.last ?? 0) - 0.95) < 1e-6)

    // The same again, in the same order.
    let again = try await reading.read(window, alert: selector)
    #expect(again.metrics.map(\.key) == telemetry.metrics.map(\.key))
    // Another alert than those that fired is an error that names those.
    let other = try #require(AlertSelector("DiskFull"))
    await #expect { try await reading.read(window, alert: other) } throws: { "\($0)".contains("HighLatency") }
  }

  @Test func theCommandLineNamesTheCauseAndTheRecordingGivesTheSameReport() async throws {
    let server = try await PrometheusServer.start(past: ShopPast(end: Int(Date().timeIntervalSince1970)).text)
    defer { server.stop() }
    let folder = FileManager.default.temporaryDirectory.path + "/tocsin-live-prometheus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func run(_ arguments: [String], to output: String) async throws -> [String: Any] {
      let common = ["--format", "json", "--quiet", "--project", Self.project, "--output", "\(folder)/\(output)"]
      let status = await TocsinCommand.run(["investigate"] + arguments + common)
      try #require(status == 0)
      let data = try Data(contentsOf: URL(filePath: "\(folder)/\(output)"))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let live = try await run(
      [
        "--from", "prometheus=\(server.address)/", "--window", "40m", "--alert", "HighLatency", "--record",
        folder + "/case",
      ],
      to: "live.json")
    let findings = try #require(live["findings"] as? [[String: Any]])
    #expect(live["outcome"] as? String == "cause-found")
    #expect(findings.first?["component"] as? String == "payment")
    #expect(findings.first?["fault"] as? String == "cpu")
    _ = try await run([folder + "/case"], to: "again.json")
    let contents = try ["live", "again"].map { try Data(contentsOf: URL(filePath: "\(folder)/\($0).json")) }
    #expect(contents[0] == contents[1])
  }
}
