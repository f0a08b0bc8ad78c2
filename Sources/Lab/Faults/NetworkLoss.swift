extension Fault {
  /// Of single losses users notice nothing: TCP sends again after 200 ms. From two in a row on they wait.
  static let networkLoss = Fault(
    name: "network-loss", summary: "more than half of the packets to the component are lost", kind: .networkLoss,
    targets: ["catalogue", "cart", "payment", "inventory", "redis", "postgres"], metric: "tcp_retransmit_ratio",
    needs: .packetFilter,
    bites: [.reaches("tcp_retransmit_ratio", 0.02)]
  ) { lab, target in
    try lab.filter(
      target, input: ["tcp dport \(RunningLab.port(of: target)) numgen random mod 100 < 60 counter drop"])
  }
}
