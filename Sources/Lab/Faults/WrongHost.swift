extension Fault {
  static let wrongHost = Fault(
    name: "wrong-configuration", summary: "a setting names a host that does not exist", kind: .config,
    targets: ["checkout"], metric: "error_ratio", bites: [.reaches("error_ratio", 0.5), .says("cannot be resolved")]
  ) { lab, target in
    try lab.configure(target) { $0.settings.paymentHost = "payments" }
    try lab.record(target, .config, "payment host changed", from: "payment", to: "payments")
  }
}
