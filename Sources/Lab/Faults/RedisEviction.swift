extension Fault {
  /// An import fills the cache, which throws out what the shop needs.
  static let redisEviction = Fault(
    name: "redis-eviction", summary: "a bulk import fills the cache, and carts and products are thrown out",
    kind: .memory, targets: ["redis"], metric: "evicted_keys_per_second",
    bites: [.reaches("evicted_keys_per_second", 100)]
  ) { lab, target in
    let address = lab.layout.address(of: target)
    lab.whenRestored { Tool.runQuietly(["redis-cli", "-h", address, "FLUSHALL"]) }
    try lab.run(
      beside: "jobs",
      [
        "redis-benchmark", "-h", address, "-c", "1", "-t", "set", "-d", "6000", "-r", "1000000", "-n", "100000000",
        "-q",
      ])
  }
}
