extension Fault {
  /// The write-ahead log has to wait for its disk.
  static let slowDisk = Fault(
    name: "slow-disk", summary: "the database's disk takes only a few writes a second", kind: .disk,
    targets: ["postgres"], metric: "disk_writes_per_second", needs: .controlGroups,
    bites: [.rises("client_latency_p95_seconds", factor: 4)]
  ) { lab, target in
    try lab.limitDiskWrites(target, perSecond: 5)
  }
}
