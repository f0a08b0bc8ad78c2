import Foundation
import Shop

/// Limits on what the processes of one component use: Linux' control groups, of either version.
struct ControlGroup {
  /// Short, so that a component that has used up its share does not stand still for long.
  private static let periodMicroseconds = 25_000
  /// Beside others that compute, a lab counts as this many of their processes, of which it has as many; otherwise it
  /// would have to share what one gets.
  private static let weightOfProcesses = 24
  /// Of a lab, for what has no limits of its own: in version 2 a group with groups below it has no members.
  static let unlimited = "setup"

  let groups: ControlGroups

  init(groups: ControlGroups) { self.groups = groups }

  /// The machine's.
  /// - Throws: `LabError` where it has none.
  init() throws {
    guard let groups = ControlGroups(), groups.folders(of: "").allSatisfy({ access($0, W_OK) == 0 }) else {
      throw LabError(
        "control groups are not mounted below /sys/fs/cgroup: neither version 2 with "
          + "\(ControlGroups.controllersOfVersion2.joined(separator: ", ")), nor version 1 with "
          + "\(ControlGroups.controllersOfVersion1.joined(separator: ", "))")
    }
    self.groups = groups
  }

  /// The group of a whole lab.
  func make(_ lab: String) throws {
    try makeFolders(lab)
    switch groups.version {
    case .one:
      try write("\(groups.root)/cpu/\(lab)/cpu.shares", "\(1024 * Self.weightOfProcesses)")
    case .two:
      let controllers = ControlGroups.controllersOfVersion2.map { "+\($0)" }.joined(separator: " ")
      try write("\(groups.root)/cgroup.subtree_control", controllers)
      try write("\(groups.root)/\(lab)/cgroup.subtree_control", controllers)
      try write("\(groups.root)/\(lab)/cpu.weight", "\(100 * Self.weightOfProcesses)")
    }
    try makeFolders("\(lab)/\(Self.unlimited)")
  }

  /// - Parameter name: `<lab>/<component>`.
  func make(_ name: String, cores: Double, memoryMegabytes: Int) throws {
    try makeFolders(name)
    let quota = Int(cores * Double(Self.periodMicroseconds))
    switch groups.version {
    case .one:
      try write("\(groups.root)/cpu/\(name)/cpu.cfs_period_us", "\(Self.periodMicroseconds)")
      try write("\(groups.root)/cpu/\(name)/cpu.cfs_quota_us", "\(quota)")
      try write("\(groups.root)/memory/\(name)/memory.limit_in_bytes", "\(memoryMegabytes << 20)")
    case .two:
      try write("\(groups.root)/\(name)/cpu.max", "\(quota) \(Self.periodMicroseconds)")
      try write("\(groups.root)/\(name)/memory.max", "\(memoryMegabytes << 20)")
    }
  }

  /// Write requests a second to one device, at most; nil for no limit.
  /// - Parameter device: `<major>:<minor>`.
  func limitWrites(_ name: String, device: String, perSecond: Int?) throws {
    switch groups.version {
    case .one:
      try write(
        "\(groups.root)/blkio/\(name)/blkio.throttle.write_iops_device", "\(device) \(perSecond ?? 0)")
    case .two:
      try write("\(groups.root)/\(name)/io.max", "\(device) wiops=\(perSecond.map(String.init) ?? "max")")
    }
  }

  /// What to put before a command, so that its process is a member.
  func joining(_ name: String) -> [String] {
    let files = groups.folders(of: name).map { "\($0)/cgroup.procs" }.joined(separator: " ")
    return ["/bin/sh", "-c", "for file in $1; do echo $$ > $file || exit 70; done; shift; exec \"$@\"", "lab", files]
  }

  /// Ends the members of a group and of those below it, and removes them all.
  func remove(_ name: String) {
    for folder in groups.folders(of: name) {
      let below = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let all = below.map { "\(folder)/\($0)" }.filter { access("\($0)/cgroup.procs", F_OK) == 0 } + [folder]
      for group in all { end(group) }
      for group in all { rmdir(group) }
    }
  }

  private func makeFolders(_ name: String) throws {
    for folder in groups.folders(of: name) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
  }

  private func write(_ path: String, _ value: String) throws {
    guard let stream = fopen(path, "w") else { throw LabError("\(path) cannot be written") }
    fputs(value, stream)
    guard fclose(stream) == 0 else { throw LabError("\(path) does not take \(value)") }
  }

  /// Kills until nobody is left, for at most some seconds.
  private func end(_ folder: String) {
    for _ in 0..<100 {
      let text = (try? String(contentsOfFile: "\(folder)/cgroup.procs", encoding: .utf8)) ?? ""
      let members = text.split(separator: "\n").compactMap { Int32($0) }
      if members.isEmpty { return }
      for member in members where member > 1 { kill(member, SIGKILL) }
      usleep(30_000)
    }
  }
}
