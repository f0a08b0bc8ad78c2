extension Fault {
  /// Something else computes within the target's share of the processor.
  static let cpuHog = Fault(
    name: "cpu-hog", summary: "other processes use up the processor time that the service may have", kind: .cpu,
    targets: ["catalogue", "gateway", "checkout", "cart"], metric: "cpu_cores", needs: .controlGroups,
    bites: [.rises("cpu_cores", factor: 2), .reaches("cpu_throttled_ratio", 0.5)]
  ) { lab, target in
    for _ in 0..<6 { try lab.run(beside: target, ["sh", "-c", "while :; do :; done"]) }
  }
}
