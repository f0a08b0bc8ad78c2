import Foundation

/// What each component's processes use, from their control groups and their network: for Prometheus.
///
/// Knows version 1 of control groups. Components and their host-side network devices are given in `addresses`.
enum ContainerExporter {
  static func run(_ service: Service, groupFolder: String) throws {
    let group = groupFolder
    Threads.start("containers") {
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let text = service.settings.addresses.sorted { $0.key < $1.key }
          .map { lines($0.key, device: $0.value, group: group) }.joined()
        service.containers.withLock { $0 = text }
      }
    }
    try HTTPServer(address: service.settings.listen, port: service.settings.port) { _ in
      .init(body: service.containers.withLock { $0 })
    }.run()
  }

  private static func lines(_ component: String, device: String, group: String) -> String {
    func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    func number(_ path: String) -> Double? { Double(read(path).trimmingCharacters(in: .whitespacesAndNewlines)) }
    func control(_ kind: String, _ file: String) -> String { "/sys/fs/cgroup/\(kind)/\(group)/\(component)/\(file)" }
    var values: [(String, Double?)] = [
      ("cpu_seconds_total", number(control("cpuacct", "cpuacct.usage")).map { $0 / 1e9 }),
      ("memory_limit_bytes", number(control("memory", "memory.limit_in_bytes")).flatMap { $0 < 1e15 ? $0 : nil }),
      ("network_receive_bytes_total", number("/sys/class/net/\(device)/statistics/tx_bytes")),
      ("network_transmit_bytes_total", number("/sys/class/net/\(device)/statistics/rx_bytes")),
    ]
    let memory = table(read(control("memory", "memory.stat")))
    // The cache is the kernel's to take back.
    values.append(("memory_working_set_bytes", memory["rss"].map { $0 + (memory["mapped_file"] ?? 0) }))
    let throttled = table(read(control("cpu", "cpu.stat")))
    values.append(("cpu_periods_total", throttled["nr_periods"]))
    values.append(("cpu_throttled_periods_total", throttled["nr_throttled"]))
    values += disk(read(control("blkio", "blkio.throttle.io_serviced")))
    if let process = read(control("cpuacct", "cgroup.procs")).split(separator: "\n").first {
      values += segments(read("/proc/\(process)/net/snmp"))
    }
    return values.compactMap { name, value in value.map { "container_\(name){name=\"\(component)\"} \($0)\n" } }
      .joined()
  }

  /// Lines of a word and a number.
  private static func table(_ text: String) -> [String: Double] {
    var result: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { result[String(words[0])] = Double(words[1]) }
    }
    return result
  }

  private static func disk(_ text: String) -> [(String, Double?)] {
    var writes = 0.0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, words[1] == "Write" { writes += Double(words[2]) ?? 0 }
    }
    return [("disk_writes_total", writes)]
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
