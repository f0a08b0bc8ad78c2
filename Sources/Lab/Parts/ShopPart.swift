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
    if component.shopRole == .dns || component.shopRole == .load {
      for one in LabComponent.all { configuration.settings.addresses[one.name] = layout.address(of: one.name) }
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

  /// The exporter of control groups, in this machine's network, where the other ends of the cables are.
  func containers() throws -> ProcessPlan {
    let folder = layout.folder(of: "containers")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var configuration = ShopConfiguration(component: "containers", folder: folder)
    configuration.settings.listen = layout.hostAddress
    for one in LabComponent.all where one.role != nil {
      configuration.settings.addresses[one.name] = layout.device(of: one.name)
    }
    try configuration.write("\(folder)/shop.json")
    return ProcessPlan(
      name: "containers", component: nil,
      command: [
        layout.shopProgram, "containers", "--config", "\(folder)/shop.json", "--group", layout.controlGroup,
      ],
      logFile: "\(folder)/output.log")
  }
}
