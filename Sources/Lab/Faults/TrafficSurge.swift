extension Fault {
  static let trafficSurge = Fault(
    name: "traffic-surge", summary: "several times as many users as usual", kind: .traffic, targets: ["nginx"],
    metric: "requests_per_second", alsoAccept: ["gateway"], bites: [.rises("requests_per_second", factor: 2.5)]
  ) { lab, _ in
    try lab.configure("load") { $0.behaviour.trafficFactor = 5 }
  }
}
