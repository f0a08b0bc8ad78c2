extension Fault {
  /// Everybody wants the same product, and so the same row of the stock.
  static let hotKey = Fault(
    name: "hot-key", summary: "a crowd buys one and the same product, whose row everybody waits for", kind: .traffic,
    targets: ["inventory"], metric: "latency_p95_seconds", alsoAccept: ["postgres", "nginx"],
    bites: [.rises("latency_p95_seconds", factor: 3), .reaches("locks_waiting", 1, of: "postgres")]
  ) { lab, _ in
    try lab.configure("load") {
      $0.behaviour.trafficFactor = 3
      $0.behaviour.hotShare = 0.9
    }
  }
}
