extension Fault {
  /// The clock of one process is put back, which refuses every request as signed at another time.
  static let clockStep = Fault(
    name: "clock-step", summary: "the clock of one process is minutes behind", kind: nil, targets: ["payment"],
    metric: "error_ratio", bites: [.reaches("error_ratio", 0.5), .says("is not valid at this time", by: "checkout")]
  ) { lab, target in
    try lab.configure(target) { $0.behaviour.clockOffsetSeconds = -240 }
  }
}
