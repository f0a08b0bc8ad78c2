/// How the components of a lab are kept apart.
package enum Isolation: String, Sendable, CaseIterable {
  /// By network namespaces, with limits and a packet filter: for root alone.
  case namespaces
  /// By a loopback address for each, for everybody: nothing limits them, and nothing slows their network down.
  case loopback
}
