extension Fault {
  /// Impatient and stubborn: every order asks the payment service many times.
  static let retryStorm = Fault(
    name: "retry-storm", summary: "a setting makes the service give up early and try again many times", kind: .config,
    targets: ["checkout"], metric: "retries_per_second",
    bites: [.reaches("retries_per_second", 3)]
  ) { lab, target in
    try lab.configure(target) {
      $0.settings.timeoutMilliseconds = 20
      $0.settings.retries = 12
    }
    try lab.record(target, .config, "retry policy changed", from: "1000ms x1", to: "20ms x12")
  }
}
