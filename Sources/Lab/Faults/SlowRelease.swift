extension Fault {
  static let slowRelease = Fault(
    name: "slow-release", summary: "a new release computes much longer for the same answers", kind: .code,
    targets: ["catalogue", "checkout", "payment", "inventory"], metric: "latency_p95_seconds",
    bites: [.rises("latency_p95_seconds", factor: 3), .rises("cpu_cores", factor: 2)]
  ) { lab, target in
    try lab.release(target) { $0.workFactor = target == "catalogue" ? 8 : 40 }
  }
}
