extension Fault {
  /// Everything that reaches the target or leaves it takes longer, through a proxy in its own namespace.
  static let networkDelay = Fault(
    name: "network-delay", summary: "everything to and from the component takes longer on the network",
    kind: .networkDelay, targets: ["catalogue", "cart", "payment", "inventory", "redis", "postgres"],
    metric: "client_latency_p95_seconds", needs: .packetFilter, bites: [.rises("client_latency_p95_seconds", factor: 2)]
  ) { lab, target in
    let (port, proxy) = (RunningLab.port(of: target), 9980)
    try lab.run(beside: target, [lab.layout.shopProgram, "delay", "\(proxy)", "\(port)", "200"])
    try lab.filter(target, redirect: ["tcp dport \(port) redirect to :\(proxy)"])
  }
}
