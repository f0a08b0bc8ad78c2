extension Fault {
  /// A release that forgets to give connections back.
  static let poolExhaustion = Fault(
    name: "pool-exhaustion", summary: "a new release keeps its database connections until none is left", kind: .code,
    targets: ["catalogue", "inventory", "payment"], metric: "database_pool_in_use",
    bites: [.reaches("database_pool_in_use", 5.5), .says("no connection came free")]
  ) { lab, target in
    try lab.release(target) { $0.leakedConnectionShare = 0.35 }
  }
}
