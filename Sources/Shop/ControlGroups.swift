import Foundation

/// Where control groups are on a machine, and what they say of their members: version 1 with a tree for each controller,
/// or version 2 with one tree for all.
package struct ControlGroups: Sendable {
  package enum Version: Sendable { case one, two }

  package static let controllersOfVersion1 = ["cpu", "cpuacct", "memory", "blkio"]
  package static let controllersOfVersion2 = ["cpu", "memory", "io"]

  package let root: String
  package let version: Version

  /// Nil where neither version is mounted below the root with what the lab needs.
  package init?(root: String = "/sys/fs/cgroup") {
    self.root = root
    let offered = Set(Self.text("\(root)/cgroup.controllers").split(whereSeparator: \.isWhitespace).map(String.init))
    if offered.isSuperset(of: Self.controllersOfVersion2) {
      version = .two
    } else if Self.controllersOfVersion1.allSatisfy({ access("\(root)/\($0)/cgroup.procs", F_OK) == 0 }) {
      version = .one
    } else {
      return nil
    }
  }

  /// The folders that make up a group.
  package func folders(of group: String) -> [String] {
    switch version {
    case .one: Self.controllersOfVersion1.map { "\(root)/\($0)/\(group)" }
    case .two: ["\(root)/\(group)"]
    }
  }

  package func members(of group: String) -> [Int32] {
    let folder = folders(of: group).first ?? root
    return Self.text("\(folder)/cgroup.procs").split(separator: "\n").compactMap { Int32($0) }
  }

  /// Totals since the group was made; what the kernel does not say is nil.
  package struct Usage: Hashable, Sendable {
    package var processorSeconds: Double?
    /// Periods of the quota in which the group ran, and in which it had to stop.
    package var periods: Double?
    package var throttledPeriods: Double?
    package var memoryLimitBytes: Double?
    /// Without the file cache, which is the kernel's to take back.
    package var workingSetBytes: Double?
    package var diskWrites: Double
  }

  package func usage(of group: String) -> Usage {
    switch version {
    case .one: usageOfVersion1(group)
    case .two: usageOfVersion2(group)
    }
  }

  private func usageOfVersion1(_ group: String) -> Usage {
    func file(_ controller: String, _ name: String) -> String { "\(root)/\(controller)/\(group)/\(name)" }
    let memory = Self.table("\(file("memory", "memory.stat"))")
    let quota = Self.table(file("cpu", "cpu.stat"))
    let served = Self.text(file("blkio", "blkio.throttle.io_serviced")).split(separator: "\n").map {
      $0.split(separator: " ")
    }
    return Usage(
      processorSeconds: Self.number(file("cpuacct", "cpuacct.usage")).map { $0 / 1e9 },
      periods: quota["nr_periods"], throttledPeriods: quota["nr_throttled"],
      memoryLimitBytes: Self.number(file("memory", "memory.limit_in_bytes")).flatMap { $0 < 1e15 ? $0 : nil },
      workingSetBytes: memory["rss"].map { $0 + (memory["mapped_file"] ?? 0) },
      diskWrites: served.filter { $0.count == 3 && $0[1] == "Write" }.reduce(0) { $0 + (Double($1[2]) ?? 0) })
  }

  private func usageOfVersion2(_ group: String) -> Usage {
    func file(_ name: String) -> String { "\(root)/\(group)/\(name)" }
    let memory = Self.table(file("memory.stat"))
    let processor = Self.table(file("cpu.stat"))
    let writes = Self.text(file("io.stat")).split(whereSeparator: \.isWhitespace).compactMap { word in
      word.hasPrefix("wios=") ? Double(word.dropFirst(5)) : nil
    }
    return Usage(
      processorSeconds: processor["usage_usec"].map { $0 / 1e6 },
      periods: processor["nr_periods"], throttledPeriods: processor["nr_throttled"],
      memoryLimitBytes: Self.number(file("memory.max")),
      workingSetBytes: memory["anon"].map { $0 + (memory["file_mapped"] ?? 0) }, diskWrites: writes.reduce(0, +))
  }

  private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  private static func number(_ path: String) -> Double? {
    Double(text(path).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Lines of a word and a number.
  private static func table(_ path: String) -> [String: Double] {
    var result: [String: Double] = [:]
    for line in text(path).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2 { result[String(words[0])] = Double(words[1]) }
    }
    return result
  }
}
