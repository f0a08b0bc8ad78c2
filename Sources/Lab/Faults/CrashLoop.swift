extension Fault {
  static let crashLoop = Fault(
    name: "crash-loop", summary: "a new release ends by itself a few seconds after each start", kind: .code,
    targets: ["catalogue", "cart", "checkout", "payment"], metric: "up",
    bites: [.falls("up", factor: 0.9), .says("the process ended with status 134")]
  ) { lab, target in
    try lab.release(target) { $0.crashAfterSeconds = 3 }
  }
}
