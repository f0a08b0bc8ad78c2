import Shop

/// Where one lab is on its machine: every name, address and folder follows from its number, so that several labs can
/// run side by side and any command finds one.
package struct LabLayout: Sendable {
  package static let numbers = 1...99

  package let number: Int
  package var isolation: Isolation
  /// The program that the shop's processes run.
  package let shopProgram: String
  package let selfProgram: String
  /// Beside them, where it is built; only live trials run it.
  package let tocsinProgram: String

  /// - Parameter programFolder: holds `tocsin-lab` and `tocsin-shop`.
  package init(number: Int, programFolder: String, isolation: Isolation = .namespaces) throws {
    guard Self.numbers.contains(number) else { throw LabError("labs have numbers from 1 to 99, not \(number)") }
    self.number = number
    self.isolation = isolation
    shopProgram = "\(programFolder)/tocsin-shop"
    selfProgram = "\(programFolder)/tocsin-lab"
    tocsinProgram = "\(programFolder)/tocsin"
  }

  package var folder: String { "/var/tmp/tocsin-lab-\(number)" }
  /// Outside the folder, which it has to outlive.
  package var journal: String { "/var/tmp/tocsin-lab-\(number).journal" }
  package var bridge: String { "tlab\(number)" }
  /// All of 127.0.0.0/8 is this machine, for everybody.
  private var prefix: String { isolation == .namespaces ? "10.203.\(number)" : "127.203.\(number)" }
  /// Of this machine on the lab's bridge.
  package var hostAddress: String { "\(prefix).1" }
  package var network: String { "\(prefix).0/24" }
  package var controlGroup: String { "tocsin-lab-\(number)" }
  package var prometheusURL: String { "http://\(address(of: "prometheus")):9090" }

  /// On loopback names come from each configuration, so that nobody asks a name server.
  package var components: [LabComponent] {
    isolation == .namespaces ? LabComponent.all : LabComponent.all.filter { $0.shopRole != .dns }
  }
  package func address(of component: String) -> String {
    "\(prefix).\(LabComponent.named(component)?.host ?? 254)"
  }
  /// A namespace's own network may be listened to as a whole; on loopback the address is all that tells components apart.
  package func listenAddress(of component: String) -> String {
    isolation == .namespaces ? "0.0.0.0" : address(of: component)
  }
  package func namespace(of component: String) -> String { "tlab\(number)-\(component)" }
  /// The end of the component's network cable that lies on this machine.
  package func device(of component: String) -> String {
    "tlab\(number)-\(LabComponent.named(component)?.host ?? 254)"
  }
  package func folder(of component: String) -> String { "\(folder)/\(component)" }
  package func configurationFile(of component: String) -> String { "\(folder(of: component))/shop.json" }
  package func processFile(of component: String) -> String { "\(folder(of: component))/pid" }
  package func logFile(of component: String) -> String { "\(folder(of: component))/output.log" }
  package var changesFile: String { "\(folder)/changes.jsonl" }
}

/// One component of the lab, in a network namespace and a control group of its own.
package struct LabComponent: Sendable {
  package var name: String
  /// The last number of its address.
  package var host: Int
  /// The processor time it may use.
  package var cores: Double
  package var memoryMegabytes: Int
  /// What the service map calls it; nil for what belongs to the lab and not to the shop.
  package var role: String?
  package var shopRole: ShopRole?
  package var callees: [String] = []

  package static let all: [LabComponent] = [
    LabComponent(name: "dns", host: 53, cores: 0.1, memoryMegabytes: 96, role: "external", shopRole: .dns),
    LabComponent(name: "postgres", host: 20, cores: 0.5, memoryMegabytes: 320, role: "database"),
    LabComponent(name: "redis", host: 21, cores: 0.2, memoryMegabytes: 96, role: "cache"),
    LabComponent(
      name: "payment", host: 15, cores: 0.2, memoryMegabytes: 128, role: "application", shopRole: .payment,
      callees: ["postgres", "dns"]),
    LabComponent(
      name: "inventory", host: 16, cores: 0.2, memoryMegabytes: 128, role: "application", shopRole: .inventory,
      callees: ["postgres", "redis", "dns"]),
    LabComponent(
      name: "cart", host: 13, cores: 0.2, memoryMegabytes: 128, role: "application", shopRole: .cart,
      callees: ["redis", "dns"]),
    LabComponent(
      name: "catalogue", host: 12, cores: 0.3, memoryMegabytes: 128, role: "application", shopRole: .catalogue,
      callees: ["postgres", "redis", "dns"]),
    LabComponent(
      name: "checkout", host: 14, cores: 0.2, memoryMegabytes: 128, role: "application", shopRole: .checkout,
      callees: ["cart", "inventory", "payment", "postgres", "redis", "dns"]),
    LabComponent(
      name: "gateway", host: 11, cores: 0.15, memoryMegabytes: 128, role: "application", shopRole: .gateway,
      callees: ["catalogue", "cart", "checkout", "dns"]),
    LabComponent(
      name: "nginx", host: 10, cores: 0.3, memoryMegabytes: 128, role: "gateway", callees: ["gateway"]),
    LabComponent(name: "prometheus", host: 40, cores: 0.6, memoryMegabytes: 768),
    // Where work comes from that is none of the shop's.
    LabComponent(name: "jobs", host: 60, cores: 0.12, memoryMegabytes: 64),
    LabComponent(name: "load", host: 30, cores: 0.5, memoryMegabytes: 192, shopRole: .load),
  ]

  package static func named(_ name: String) -> LabComponent? { all.first { $0.name == name } }
}
