extension Fault {
  static let networkLoss = Fault(
    name: "network-loss", summary: "a part of the packets to the component is lost", kind: .networkLoss,
    targets: ["catalogue", "cart", "payment", "inventory", "redis", "postgres"], metric: "tcp_retransmit_ratio",
    bites: [.reaches("tcp_retransmit_ratio", 0.02)]
  ) { lab, target in
    try lab.filter(
      target, input: ["tcp dport \(RunningLab.port(of: target)) numgen random mod 100 < 30 counter drop"])
  }
}
