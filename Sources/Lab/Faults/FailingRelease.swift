extension Fault {
  static let failingRelease = Fault(
    name: "failing-release", summary: "a new release answers a part of the requests with errors", kind: .code,
    targets: ["catalogue", "cart", "checkout", "payment", "inventory", "gateway"], metric: "error_ratio",
    bites: [.reaches("error_ratio", 0.15)]
  ) { lab, target in
    try lab.release(target) { $0.failingShare = 0.4 }
  }
}
