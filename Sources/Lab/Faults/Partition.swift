extension Fault {
  static let partition = Fault(
    name: "partition", summary: "nobody reaches the component any more", kind: .networkLoss,
    targets: ["payment", "cart", "inventory"], metric: "up", needs: .packetFilter, bites: [.falls("up", factor: 0.5)]
  ) { lab, target in
    try lab.filter(target, input: ["tcp dport \(RunningLab.port(of: target)) counter drop"])
  }
}
