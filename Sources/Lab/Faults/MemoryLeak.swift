extension Fault {
  /// Grows until the kernel ends the process at its limit, again and again.
  static let memoryLeak = Fault(
    name: "memory-leak", summary: "the service keeps more and more memory until it reaches its limit", kind: .memory,
    targets: ["catalogue", "cart", "payment", "inventory"], metric: "memory_bytes", seconds: 90, needs: .controlGroups,
    bites: [.rises("memory_bytes", factor: 4), .says("the process ended with status 137")]
  ) { lab, target in
    lab.whenRestored { lab.restart(target) }
    try lab.configure(target) { $0.behaviour.leakBytesPerSecond = 2e6 }
  }
}
