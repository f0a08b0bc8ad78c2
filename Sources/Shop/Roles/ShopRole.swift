/// Every kind of process that the shop's program can be.
package enum ShopRole: String, CaseIterable, Sendable {
  case gateway, catalogue, cart, checkout, payment, inventory, load, dns, containers

  /// Runs until the process ends.
  package func run(configurationFile: String, group: String) throws {
    let configuration = try LiveConfiguration(configurationFile)
    configuration.follow()
    let service = Service(configuration)
    switch self {
    case .gateway: try service.run(Gateway.routes)
    case .catalogue: try service.run(Catalogue.routes)
    case .cart: try service.run(Cart.routes)
    case .checkout: try service.run(Checkout.routes)
    case .payment: try service.run(Payment.routes)
    case .inventory:
      Inventory.sendOrders(service)
      try service.run(Inventory.routes)
    case .load: try LoadGenerator.run(service)
    case .dns: try NameServer.run(service)
    case .containers: try ContainerExporter.run(service, groupFolder: group)
    }
  }

  /// The slow network: not a service, but run by the same program.
  package static func delay(port: Int, to target: Int, milliseconds: Double) throws {
    try DelayProxy.run(port: port, to: target, milliseconds: milliseconds)
  }
}
