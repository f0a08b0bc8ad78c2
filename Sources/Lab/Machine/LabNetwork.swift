import Foundation

/// A bridge of the lab's own, and a network namespace with one cable to it for each component. Nothing leads outside.
struct LabNetwork {
  var layout: LabLayout
  var journal: Journal

  func make() throws {
    journal.willMake(link: layout.bridge)
    var commands = """
      link add \(layout.bridge) type bridge
      address add \(layout.hostAddress)/24 dev \(layout.bridge)
      link set \(layout.bridge) up

      """
    for component in LabComponent.all.map(\.name) {
      let (namespace, device) = (layout.namespace(of: component), layout.device(of: component))
      journal.willMake(namespace: namespace)
      journal.willMake(folder: "/etc/netns/\(namespace)")
      // The cable goes with its namespace.
      commands += """
        netns add \(namespace)
        link add \(device) type veth peer name eth0 netns \(namespace)
        link set \(device) master \(layout.bridge) up

        """
    }
    try Tool.run(["ip", "-batch", "-"], input: commands)
    for component in LabComponent.all { try connect(component.name) }
  }

  private func connect(_ component: String) throws {
    let namespace = layout.namespace(of: component)
    let commands = """
      address add \(layout.address(of: component))/24 dev eth0
      link set eth0 up
      link set lo up

      """
    try Tool.run(["ip", "-netns", namespace, "-batch", "-"], input: commands)
    try FileManager.default.createDirectory(atPath: "/etc/netns/\(namespace)", withIntermediateDirectories: true)
    let resolver = "nameserver \(layout.address(of: "dns"))\noptions timeout:1 attempts:1\n"
    try Data(resolver.utf8).write(to: URL(fileURLWithPath: "/etc/netns/\(namespace)/resolv.conf"))
  }
}
