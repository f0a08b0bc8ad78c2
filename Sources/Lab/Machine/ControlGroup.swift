import Foundation

/// Limits on what the processes of one component use: version 1 of Linux' control groups.
enum ControlGroup {
  private static let root = "/sys/fs/cgroup"
  private static let kinds = ["cpu", "cpuacct", "memory", "blkio"]
  /// Short, so that a component that has used up its share does not stand still for long.
  private static let periodMicroseconds = 25_000

  static var isUsable: Bool { kinds.allSatisfy { access("\(root)/\($0)/cgroup.procs", W_OK) == 0 } }

  /// The group of a whole lab. Beside others that compute it counts as this many of their processes, of which it has
  /// as many; otherwise it would have to share what one gets.
  static func make(_ name: String) throws {
    for kind in kinds {
      try FileManager.default.createDirectory(atPath: "\(root)/\(kind)/\(name)", withIntermediateDirectories: true)
    }
    try set(name, "cpu", "cpu.shares", "\(1024 * 24)")
  }

  /// - Parameter name: `<lab>/<component>`.
  static func make(_ name: String, cores: Double, memoryMegabytes: Int) throws {
    for kind in kinds {
      try FileManager.default.createDirectory(atPath: "\(root)/\(kind)/\(name)", withIntermediateDirectories: true)
    }
    try set(name, "cpu", "cpu.cfs_period_us", "\(periodMicroseconds)")
    try set(name, "cpu", "cpu.cfs_quota_us", "\(Int(cores * Double(periodMicroseconds)))")
    try set(name, "memory", "memory.limit_in_bytes", "\(memoryMegabytes << 20)")
  }

  static func set(_ name: String, _ kind: String, _ file: String, _ value: String) throws {
    let path = "\(root)/\(kind)/\(name)/\(file)"
    guard let stream = fopen(path, "w") else { throw LabError("\(path) cannot be written") }
    fputs(value, stream)
    guard fclose(stream) == 0 else { throw LabError("\(path) does not take \(value)") }
  }

  /// What to put before a command, so that its process is a member.
  static func joining(_ name: String) -> [String] {
    let files = kinds.map { "\(root)/\($0)/\(name)/cgroup.procs" }.joined(separator: " ")
    return ["/bin/sh", "-c", "for file in $1; do echo $$ > $file || exit 70; done; shift; exec \"$@\"", "lab", files]
  }

  static func members(_ name: String) -> [Int32] {
    let text = (try? String(contentsOfFile: "\(root)/cpu/\(name)/cgroup.procs", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { Int32($0) }
  }

  /// Ends the members of a group and of those below it, and removes them all.
  static func remove(_ name: String) {
    for kind in kinds {
      let folder = "\(root)/\(kind)/\(name)"
      let below = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let groups = below.map { "\(folder)/\($0)" }.filter { access("\($0)/cgroup.procs", F_OK) == 0 } + [folder]
      for group in groups { end(group) }
      for group in groups { rmdir(group) }
    }
  }

  /// Kills until nobody is left, for at most some seconds.
  private static func end(_ folder: String) {
    for _ in 0..<100 {
      let text = (try? String(contentsOfFile: "\(folder)/cgroup.procs", encoding: .utf8)) ?? ""
      let members = text.split(separator: "\n").compactMap { Int32($0) }
      if members.isEmpty { return }
      for member in members where member > 1 { kill(member, SIGKILL) }
      usleep(30_000)
    }
  }
}
