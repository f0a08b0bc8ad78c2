extension Fault {
  static let shortTimeout = Fault(
    name: "short-timeout", summary: "a setting lets callers give up before an answer can come", kind: .config,
    targets: ["gateway"], metric: "error_ratio", bites: [.reaches("error_ratio", 0.05), .says("before the deadline")]
  ) { lab, target in
    try lab.configure(target) { $0.settings.timeoutMilliseconds = 25 }
    try lab.record(target, .config, "request timeout changed", from: "2500ms", to: "25ms")
  }
}
