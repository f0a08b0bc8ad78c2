import Foundation

/// What each component's processes use, from their control groups and their network: for Prometheus.
///
/// Components and their host-side network devices are given in `addresses`.
enum ContainerExporter {
  static func run(_ service: Service, groupFolder: String) throws {
    guard let groups = ControlGroups() else {
      throw ShopFailure(500, "there are no control groups below /sys/fs/cgroup")
    }
    Threads.start("containers") {
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let text = service.settings.addresses.sorted { $0.key < $1.key }
          .map { lines($0.key, device: $0.value, group: groupFolder, groups) }.joined()
        service.containers.withLock { $0 = text }
      }
    }
    try HTTPServer(address: service.settings.listen, port: service.settings.port) { _ in
      .init(body: service.containers.withLock { $0 })
    }.run()
  }

  private static func lines(
    _ component: String, device: String, group: String, _ groups: ControlGroups
  ) -> String {
    func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    func number(_ path: String) -> Double? { Double(text(path).trimmingCharacters(in: .whitespacesAndNewlines)) }
    let group = "\(group)/\(component)"
    let usage = groups.usage(of: group)
    var values: [(String, Double?)] = [
      ("cpu_seconds_total", usage.processorSeconds), ("cpu_periods_total", usage.periods),
      ("cpu_throttled_periods_total", usage.throttledPeriods), ("memory_limit_bytes", usage.memoryLimitBytes),
      ("memory_working_set_bytes", usage.workingSetBytes), ("disk_writes_total", usage.diskWrites),
      ("network_receive_bytes_total", number("/sys/class/net/\(device)/statistics/tx_bytes")),
      ("network_transmit_bytes_total", number("/sys/class/net/\(device)/statistics/rx_bytes")),
    ]
    if let process = groups.members(of: group).first { values += segments(text("/proc/\(process)/net/snmp")) }
    return values.compactMap { name, value in value.map { "container_\(name){name=\"\(component)\"} \($0)\n" } }
      .joined()
  }

  /// TCP's segments: sent, and sent again.
  private static func segments(_ text: String) -> [(String, Double?)] {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("Tcp:") }.map { $0.split(separator: " ") }
    guard lines.count == 2 else { return [] }
    func value(_ name: String) -> Double? {
      lines[0].firstIndex { $0 == name }.flatMap { lines[1].indices.contains($0) ? Double(lines[1][$0]) : nil }
    }
    return [
      ("tcp_segments_total", value("OutSegs")), ("tcp_retransmits_total", value("RetransSegs")),
    ]
  }
}
