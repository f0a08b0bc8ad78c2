extension Fault {
  /// Somebody opened a transaction on the stock and went to lunch.
  static let lockPileUp = Fault(
    name: "lock-pile-up", summary: "an open transaction holds a lock that every order needs", kind: .code,
    targets: ["postgres"], metric: "locks_waiting", alsoAccept: ["inventory"],
    bites: [.reaches("locks_waiting", 1)]
  ) { lab, _ in
    try lab.hold("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE")
  }
}
