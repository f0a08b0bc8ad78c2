import Foundation
import TestSupport

/// A real Prometheus on a port of its own, whose past is filled in beforehand, so that nothing has to be waited for.
final class PrometheusServer: Sendable {
  static let isInstalled = ["prometheus", "promtool"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  let address: String
  private let folder: String
  private let process = SpawnedProcess()

  /// - Parameter past: samples in OpenMetrics with their times.
  static func start(past: String) async throws -> PrometheusServer {
    try await onOwnThread { try PrometheusServer(past: past) }
  }

  private init(past: String) throws {
    folder = FileManager.default.temporaryDirectory.path + "/tocsin-prometheus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(past.utf8).write(to: URL(filePath: folder + "/past.txt"))
    try Data("global: {scrape_interval: 1h}\n".utf8).write(to: URL(filePath: folder + "/prometheus.yml"))
    let backfill = SpawnedProcess()
    backfill.executableURL = URL(filePath: "/usr/bin/promtool")
    backfill.arguments = ["tsdb", "create-blocks-from", "openmetrics", folder + "/past.txt", folder + "/data"]
    backfill.standardOutput = FileHandle.nullDevice
    try backfill.run()
    backfill.waitUntilExit()
    guard backfill.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    process.executableURL = URL(filePath: "/usr/bin/prometheus")
    process.arguments = [
      "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
      "--web.listen-address=127.0.0.1:0",
    ]
    let log = Pipe()
    process.standardError = log
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    // The two may be said in either order.
    var (text, port, isReady) = ("", Substring?.none, false)
    while port == nil || !isReady, let bytes = try log.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
      text += String(decoding: bytes, as: UTF8.self)
      guard text.hasSuffix("\n") else { continue }
      port = port ?? text.firstMatch(of: /Listening on" address=127\.0\.0\.1:(\d+)/)?.1
      isReady = text.contains("ready to receive web requests")
    }
    guard let port, isReady else { throw POSIXError(.EADDRNOTAVAIL) }
    address = "http://127.0.0.1:\(port)"
    // What it goes on saying must not fill the pipe.
    log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  func stop() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  deinit { stop() }
}

/// A shop of three services in front of each other, forty minutes every fifteen seconds, in OpenMetrics. In the last ten
/// minutes a processor of the innermost is busy: it answers slowly, and so do those who call it.
struct ShopPast {
  var end: Int
  static let faultSeconds = 600
  static let secondsInAll = 2400

  var text: String {
    var lines: [String] = []
    for (depth, service) in ["gateway", "checkout", "payment"].enumerated() {
      lines += counters(service, depth: depth)
    }
    lines += calls("gateway", "checkout") + calls("checkout", "payment")
    lines.append("# TYPE ALERTS gauge")
    for time in stride(from: end - Self.faultSeconds + 120, to: end, by: 15) {
      lines.append(#"ALERTS{alertname="HighLatency",alertstate="firing",job="gateway",severity="page"} 1 \#(time)"#)
    }
    return Self.sortedByFamily(lines) + "\n# EOF\n"
  }

  private func counters(_ service: String, depth: Int) -> [String] {
    var lines: [String] = []
    var (processor, count, sum, below) = (0.0, 0.0, 0.0, 0.0)
    for (step, time) in stride(from: end - Self.secondsInAll, to: end, by: 15).enumerated() {
      let isFaulty = time >= end - Self.faultSeconds
      let wobble = Double((step * 7 + depth * 3) % 5) / 100
      processor += 15 * (isFaulty && service == "payment" ? 0.95 : 0.2 + wobble)
      let latency = 0.05 * Double(3 - depth) + (isFaulty ? 0.8 : 0) + wobble / 10
      let requests = 150.0 + Double(step % 3)
      count += requests
      sum += requests * latency
      below += isFaulty ? 0 : requests
      let labels = #"{job="\#(service)",instance="\#(service):9090"}"#
      lines.append("process_cpu_seconds_total\(labels) \(processor) \(time)")
      lines.append("http_request_duration_seconds_sum\(labels) \(sum) \(time)")
      lines.append("http_request_duration_seconds_count\(labels) \(count) \(time)")
      for (bound, value) in [("0.25", below), ("1.0", count), ("+Inf", count)] {
        lines.append(
          #"http_request_duration_seconds_bucket{job="\#(service)",instance="\#(service):9090",le="\#(bound)"} \#(value) \#(time)"#
        )
      }
      lines.append("up\(labels) 1 \(time)")
    }
    return lines
  }

  private func calls(_ client: String, _ server: String) -> [String] {
    stride(from: end - Self.secondsInAll, to: end, by: 15).enumerated().map { step, time in
      #"rpc_requests_total{client="\#(client)",server="\#(server)",job="mesh",instance="mesh:1"} \#(step * 150) \#(time)"#
    }
  }

  /// OpenMetrics wants the samples of a family together, and those of a series in the order of their times.
  private static func sortedByFamily(_ lines: [String]) -> String {
    func family(_ line: String) -> String {
      let name = String(line.prefix { $0 != "{" && $0 != " " })
      for suffix in ["_total", "_sum", "_count", "_bucket"] where name.hasSuffix(suffix) {
        return String(name.dropLast(suffix.count))
      }
      return name
    }
    let types = [
      "process_cpu_seconds": "counter", "http_request_duration_seconds": "histogram", "rpc_requests": "counter",
    ]
    let groups = Dictionary(grouping: lines.filter { !$0.hasPrefix("#") }, by: family)
    return groups.keys.sorted().flatMap { name in
      ["# TYPE \(name) \(types[name] ?? "gauge")"] + (groups[name] ?? [])
    }.joined(separator: "\n")
  }
}
