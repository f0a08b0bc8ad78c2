extension Fault {
  static let nameServerDown = Fault(
    name: "dns-failure", summary: "the name server stops answering", kind: .dependency, targets: ["dns"], metric: "up",
    needs: .nameServer,
    bites: [.falls("up", factor: 0.5), .says("cannot be resolved", by: "gateway")]
  ) { lab, target in
    lab.freeze(target)
  }
}
