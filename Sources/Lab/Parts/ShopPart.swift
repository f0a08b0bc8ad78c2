import Foundation
import Shop

/// The shop's own services.
struct ShopPart {
  var layout: LabLayout
  var seed: UInt64

  private static let workMilliseconds: [String: Double] = [
    "gateway": 0.6, "catalogue": 2, "cart": 1, "checkout": 2, "payment": 3, "inventory": 2,
  ]

  func configuration(of component: LabComponent) -> ShopConfiguration {
    var configuration = ShopConfiguration(component: component.name, folder: layout.folder(of: component.name))
    configuration.release = "2.4.\(component.host % 7)"
    configuration.settings.seed = seed &+ UInt64(component.host)
    configuration.settings.workMilliseconds = Self.workMilliseconds[component.name] ?? 0
    if component.name == "gateway" || component.name == "checkout" {
      configuration.settings.timeoutMilliseconds = component.name == "gateway" ? 2500 : 1000
    }
    // Only what is sure to do no harm twice is tried twice.
    if component.name == "gateway" { configuration.settings.retries = 0 }
    configuration.settings.listen = layout.listenAddress(of: component.name)
    if component.shopRole == .load {
      configuration.settings.addresses["nginx"] = "\(layout.address(of: "nginx")):\(WebPart.port)"
    } else if component.shopRole == .dns || layout.isolation == .loopback {
      for one in layout.components { configuration.settings.addresses[one.name] = layout.address(of: one.name) }
    }
    configuration.settings.authorityFile = "\(layout.folder(of: "nginx"))/authority.pem"
    return configuration
  }

  func prepare(_ component: LabComponent) throws {
    try configuration(of: component).write(layout.configurationFile(of: component.name))
  }

  func plan(_ component: LabComponent, _ role: ShopRole) -> ProcessPlan {
    ProcessPlan(
      name: component.name, component: component.name,
      command: [layout.shopProgram, role.rawValue, "--config", layout.configurationFile(of: component.name)],
      logFile: layout.logFile(of: component.name))
  }

  /// The exporter of what components use, in this machine's network, where the other ends of the cables are.
  func containers() throws -> ProcessPlan {
    let folder = layout.folder(of: "containers")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var configuration = ShopConfiguration(component: "containers", folder: folder)
    configuration.settings.listen = layout.hostAddress
    for one in layout.components where one.role != nil {
      configuration.settings.addresses[one.name] =
        layout.isolation == .namespaces ? layout.device(of: one.name) : layout.processFile(of: one.name)
    }
    try configuration.write("\(folder)/shop.json")
    let group = layout.isolation == .namespaces ? ["--group", layout.controlGroup] : []
    return ProcessPlan(
      name: "containers", component: nil,
      command: [layout.shopProgram, "containers", "--config", "\(folder)/shop.json"] + group,
      logFile: "\(folder)/output.log")
  }
}
