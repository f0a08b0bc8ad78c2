import Foundation

/// What each component's processes use, for Prometheus: from their control groups and their network; without a group from
/// the processes themselves, which tells of processor and memory alone.
///
/// Components are given in `addresses` with their host-side network devices, or without a group with the files that hold
/// their process numbers.
enum ContainerExporter {
  static func run(_ service: Service, groupFolder: String) throws {
    let groups = groupFolder.isEmpty ? nil : ControlGroups()
    guard groupFolder.isEmpty || groups != nil else {
      throw ShopFailure(500, "there are no control groups below /sys/fs/cgroup")
    }
    Threads.start("containers") {
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let text = service.settings.addresses.sorted { $0.key < $1.key }
          .map { component, place in
            let used = groups.map { values("\(groupFolder)/\(component)", device: place, $0) } ?? values(place)
            return used.compactMap { name, value in
              value.map { "container_\(name){name=\"\(component)\"} \($0)\n" }
            }.joined()
          }.joined()
        service.containers.withLock { $0 = text }
      }
    }
    try HTTPServer(address: service.settings.listen, port: service.settings.port) { _ in
      .init(body: service.containers.withLock { $0 })
    }.run()
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  private static func values(_ processFile: String) -> [(String, Double?)] {
    guard let process = Int(text(processFile)), let usage = ProcessFiles().usage(of: process) else { return [] }
    return [("cpu_seconds_total", usage.processorSeconds), ("memory_working_set_bytes", usage.memoryBytes)]
  }

  private static func values(_ group: String, device: String, _ groups: ControlGroups) -> [(String, Double?)] {
    func number(_ path: String) -> Double? { Double(text(path).trimmingCharacters(in: .whitespacesAndNewlines)) }
    let usage = groups.usage(of: group)
    var values: [(String, Double?)] = [
      ("cpu_seconds_total", usage.processorSeconds), ("cpu_periods_total", usage.periods),
      ("cpu_throttled_periods_total", usage.throttledPeriods), ("memory_limit_bytes", usage.memoryLimitBytes),
      ("memory_working_set_bytes", usage.workingSetBytes), ("disk_writes_total", usage.diskWrites),
      ("network_receive_bytes_total", number("/sys/class/net/\(device)/statistics/tx_bytes")),
      ("network_transmit_bytes_total", number("/sys/class/net/\(device)/statistics/rx_bytes")),
    ]
    if let process = groups.members(of: group).first { values += segments(text("/proc/\(process)/net/snmp")) }
    return values
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
