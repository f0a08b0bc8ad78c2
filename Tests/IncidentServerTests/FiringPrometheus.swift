import Foundation
import TestSupport

/// A real Prometheus with forty minutes of a made-up shop behind it, whose rule fires at once.
final class FiringPrometheus: Sendable {
  private let process = SpawnedProcess()

  /// - Parameters:
  ///   - rule: when its alert fires.
  ///   - source: what it scrapes each second as the job `payment`; nil for nothing.
  init(
    folder: String, port: Int, alertsTo target: String, rule: String = "vector(1)", scraping source: String? = nil
  ) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    try write("past.txt", Self.past(end: Int(Date().timeIntervalSince1970)))
    try write(
      "rules.yml",
      """
      groups:
        - name: shop
          interval: 1s
          rules:
            - {alert: CheckoutSlow, expr: \(rule), labels: {service: gateway, severity: critical}}
      """)
    try write(
      "prometheus.yml",
      """
      global: {scrape_interval: 1h}
      rule_files: [rules.yml]
      alerting: {alertmanagers: [{static_configs: [{targets: ['\(target)']}]}]}
      \(source.map { Self.scraping($0) } ?? "")
      """)
    let backfill = SpawnedProcess()
    backfill.executableURL = URL(filePath: "/usr/bin/promtool")
    backfill.arguments = ["tsdb", "create-blocks-from", "openmetrics", folder + "/past.txt", folder + "/tsdb"]
    backfill.standardOutput = FileHandle.nullDevice
    try backfill.run()
    backfill.waitUntilExit()
    guard backfill.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    process.executableURL = URL(filePath: "/usr/bin/prometheus")
    process.arguments = [
      "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/tsdb",
      "--web.listen-address=127.0.0.1:\(port)",
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  private static func scraping(_ source: String) -> String {
    let target = source.split(separator: "/").last ?? ""
    return "scrape_configs: [{job_name: payment, scrape_interval: 1s, static_configs: [{targets: ['\(target)']}]}]"
  }

  func stop() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Gateway calls checkout calls payment; in the last ten minutes payment's processor is busy and all three are slow.
  private static func past(end: Int) -> String {
    let times = Array(stride(from: end - 2_400, to: end, by: 15))
    var busy: [String] = []
    var sums: [String] = []
    var counts: [String] = []
    var calls: [String] = []
    for (depth, service) in ["gateway", "checkout", "payment"].enumerated() {
      let labels = #"{job="\#(service)",instance="\#(service):9090"}"#
      var (processor, sum, count) = (0.0, 0.0, 0.0)
      for (step, time) in times.enumerated() {
        let isFaulty = time >= end - 600
        let wobble = Double((step * 7 + depth * 3) % 5) / 100
        processor += 15 * (isFaulty && service == "payment" ? 0.95 : 0.2 + wobble)
        count += 150 + Double(step % 3)
        sum += 150 * (0.05 * Double(3 - depth) + (isFaulty ? 0.8 : 0) + wobble / 10)
        busy.append("process_cpu_seconds_total\(labels) \(processor) \(time)")
        sums.append("http_request_duration_seconds_sum\(labels) \(sum) \(time)")
        counts.append("http_request_duration_seconds_count\(labels) \(count) \(time)")
      }
    }
    for (client, server) in [("checkout", "payment"), ("gateway", "checkout")] {
      for (step, time) in times.enumerated() {
        calls.append(
          #"rpc_requests_total{client="\#(client)",server="\#(server)",job="mesh",instance="mesh:1"} \#(step * 150) \#(time)"#
        )
      }
    }
    return
      (["# TYPE http_request_duration_seconds summary"] + sums + counts + ["# TYPE process_cpu_seconds counter"] + busy
      + ["# TYPE rpc_requests counter"] + calls + ["# EOF"]).joined(separator: "\n") + "\n"
  }
}

/// A real Alertmanager that sends what it is told to a webhook of the server.
final class ForwardingAlertmanager: Sendable {
  private let process = SpawnedProcess()

  init(folder: String, port: Int, webhook: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let configuration = """
      route: {receiver: tocsin, group_wait: 1s, group_interval: 1s}
      receivers: [{name: tocsin, webhook_configs: [{url: '\(webhook)'}]}]
      """
    try Data(configuration.utf8).write(to: URL(filePath: folder + "/alertmanager.yml"))
    process.executableURL = URL(filePath: "/usr/bin/prometheus-alertmanager")
    process.arguments = [
      "--config.file=\(folder)/alertmanager.yml", "--storage.path=\(folder)/am", "--cluster.listen-address=",
      "--web.listen-address=127.0.0.1:\(port)",
    ]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  func stop() { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
