import Telemetry

/// Whom a series says was called, and by whom, by the labels of meshes, proxies and instrumented clients.
struct CallLabels: Sendable {
  /// Nil where the series is about the one whose series it is.
  var callee: String?
  /// Nil where the series' own service called, or where nobody knows who did.
  var caller: String?
  /// Whether labels name both ends.
  var namesBoth = false

  /// Labels that name both ends: Tempo's service graph, Istio, Linkerd, Cilium.
  private static let pairs = [
    ("client", "server"), ("source_workload", "destination_workload"), ("source_service", "destination_service"),
    ("source_app", "destination_app"), ("source", "destination"), ("caller", "callee"),
    ("deployment", "dst_deployment"),
  ]
  /// Whom the series' own service asked: what clients, Envoy and nginx write.
  static let peers = [
    "peer_service", "peer", "net_peer_name", "remote_service", "target_service", "dependency", "upstream",
    "envoy_cluster_name",
  ]
  /// The same on what a client measures; a server has its own address there.
  static let addresses = ["server_address", "client_name"]
  /// On what HAProxy says of its backends.
  static let proxied = "proxy"

  /// - Parameter labels: with `__name__`.
  init(_ labels: [String: String]) {
    func value(_ label: String) -> String? { labels[label].flatMap { $0.isEmpty || $0 == "unknown" ? nil : $0 } }
    for (client, server) in Self.pairs where labels[client] != nil && labels[server] != nil {
      (caller, callee, namesBoth) = (value(client), value(server), true)
      return
    }
    let name = labels["__name__"] ?? ""
    let isClients = name.split(separator: "_").contains("client")
    let isProxys = ["haproxy_backend_", "haproxy_server_"].contains(where: name.hasPrefix)
    let labels = Self.peers + (isClients ? Self.addresses : []) + (isProxys ? [Self.proxied] : [])
    callee = labels.lazy.compactMap(value).first
  }
}

/// Finds the service that is meant where a client wrote an address.
struct AddressBook: Sendable {
  private let services: Set<String>
  private var hosts: [String: String?] = [:]

  /// - Parameters:
  ///   - services: every name that is one.
  ///   - instances: where services were scraped, as `host:port`.
  init(services: Set<String>, instances: [(service: String, instance: String)]) {
    self.services = services
    for (service, instance) in instances {
      for place in [instance, Self.host(instance)] {
        // An address at which there are several says nothing.
        if let known = hosts[place], known != service { hosts[place] = .some(nil) } else { hosts[place] = service }
      }
    }
  }

  /// `cart` of `cart`, `cart:8080`, `cart.shop.svc.cluster.local:80`, `outbound|80||cart.shop.svc.cluster.local` and
  /// `10.0.0.7:8080`. The host as it is where it is no known service; nil for an address that nobody is known by.
  func service(_ text: String) -> String? {
    let address = text.split(separator: "/").last.map(String.init) ?? text
    if services.contains(address) { return address }
    let host = Self.host(address)
    if services.contains(host) { return host }
    if let known = hosts[address] ?? hosts[host] { return known }
    if let first = host.split(separator: ".").first.map(String.init), services.contains(first) { return first }
    return host.contains(where: \.isLetter) && !host.contains(":") && host != "localhost" ? host : nil
  }

  /// `10.0.0.7` of `10.0.0.7:9100`, `::1` of `[::1]:9100`.
  static func host(_ address: String) -> String {
    guard let colon = address.lastIndex(of: ":"), address[address.index(after: colon)...].allSatisfy(\.isNumber) else {
      return address
    }
    let host = address[..<colon]
    return String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
  }
}
