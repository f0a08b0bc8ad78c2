import Foundation
import Testing

@testable import Lab
@testable import Shop

/// Both versions on folders that stand for the kernel's: what is written where, and what is read.
@Suite final class ControlGroupTests {
  private let root = NSTemporaryDirectory() + "control-groups-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func write(_ file: String, _ text: String) throws {
    let path = URL(fileURLWithPath: "\(root)/\(file)")
    try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: path)
  }

  private func text(_ file: String) throws -> String { try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8) }

  private func version1() throws -> ControlGroups {
    for controller in ControlGroups.controllersOfVersion1 { try write("\(controller)/cgroup.procs", "") }
    return try #require(ControlGroups(root: root))
  }

  private func version2() throws -> ControlGroups {
    try write("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n")
    return try #require(ControlGroups(root: root))
  }

  @Test func needsItsControllers() throws {
    #expect(ControlGroups(root: root) == nil)
    try write("cgroup.controllers", "cpu pids\n")
    #expect(ControlGroups(root: root) == nil)
  }

  @Test func limitsInVersion1() throws {
    let group = ControlGroup(groups: try version1())
    try group.make("lab")
    try group.make("lab/cart", cores: 0.2, memoryMegabytes: 128)
    try group.limitWrites("lab/cart", device: "8:0", perSecond: 5)
    #expect(try text("cpu/lab/cpu.shares") == "24576")
    #expect(try text("cpu/lab/cart/cpu.cfs_quota_us") == "5000")
    #expect(try text("cpu/lab/cart/cpu.cfs_period_us") == "25000")
    #expect(try text("memory/lab/cart/memory.limit_in_bytes") == "134217728")
    #expect(try text("blkio/lab/cart/blkio.throttle.write_iops_device") == "8:0 5")
    #expect(
      group.joining("lab/cart").last
        == ["cpu", "cpuacct", "memory", "blkio"].map {
          "\(root)/\($0)/lab/cart/cgroup.procs"
        }.joined(separator: " "))
  }

  @Test func limitsInVersion2() throws {
    let group = ControlGroup(groups: try version2())
    try group.make("lab")
    try group.make("lab/cart", cores: 0.2, memoryMegabytes: 128)
    try group.limitWrites("lab/cart", device: "8:0", perSecond: 5)
    #expect(try text("cgroup.subtree_control") == "+cpu +memory +io")
    #expect(try text("lab/cgroup.subtree_control") == "+cpu +memory +io")
    #expect(try text("lab/cpu.weight") == "2400")
    #expect(try text("lab/cart/cpu.max") == "5000 25000")
    #expect(try text("lab/cart/memory.max") == "134217728")
    #expect(try text("lab/cart/io.max") == "8:0 wiops=5")
    try group.limitWrites("lab/cart", device: "8:0", perSecond: nil)
    #expect(try text("lab/cart/io.max") == "8:0 wiops=max")
    #expect(group.joining("lab/cart").last == "\(root)/lab/cart/cgroup.procs")
  }

  /// The same use, as each version writes it down.
  @Test func usageReadsTheSameInBoth() throws {
    let one = try version1()
    try write("cpuacct/lab/cart/cpuacct.usage", "2500000000\n")
    try write("cpu/lab/cart/cpu.stat", "nr_periods 40\nnr_throttled 3\nthrottled_time 91\n")
    try write("memory/lab/cart/memory.limit_in_bytes", "134217728\n")
    try write("memory/lab/cart/memory.stat", "cache 900\nrss 4096\nmapped_file 512\ntotal_rss 4096\n")
    try write("blkio/lab/cart/blkio.throttle.io_serviced", "8:0 Read 7\n8:0 Write 20\n8:16 Write 1\nTotal 28\n")
    try write("cpu/lab/cart/cgroup.procs", "41\n42\n")
    let used = one.usage(of: "lab/cart")
    #expect(
      used
        == .init(
          processorSeconds: 2.5, periods: 40, throttledPeriods: 3, memoryLimitBytes: 134_217_728,
          workingSetBytes: 4608, diskWrites: 21))
    #expect(one.members(of: "lab/cart") == [41, 42])

    let two = try version2()
    try write(
      "lab/cart/cpu.stat",
      "usage_usec 2500000\nuser_usec 1\nsystem_usec 1\nnr_periods 40\nnr_throttled 3\nthrottled_usec 91\n")
    try write("lab/cart/memory.max", "134217728\n")
    try write("lab/cart/memory.stat", "anon 4096\nfile 900\nfile_mapped 512\n")
    try write(
      "lab/cart/io.stat",
      "8:0 rbytes=1 wbytes=2 rios=7 wios=20 dbytes=0 dios=0\n8:16 rbytes=0 wbytes=9 rios=0 wios=1 dbytes=0 dios=0\n")
    try write("lab/cart/cgroup.procs", "41\n42\n")
    #expect(two.version == .two && two.usage(of: "lab/cart") == used)
    #expect(two.members(of: "lab/cart") == [41, 42])
    try write("lab/cart/memory.max", "max\n")
    #expect(two.usage(of: "lab/cart").memoryLimitBytes == nil)
  }
}
