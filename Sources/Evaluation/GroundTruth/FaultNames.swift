import IncidentModel

/// How other collections call their faults, in the kinds of this project.
package enum FaultNames {
  /// Lower case, to kind. Resource faults injected by stress tools, `tc netem` faults, and faults in the code.
  private static let kinds: [String: FaultKind] = [
    // RCAEval (Pham et al., 2024): the folder's suffix.
    "cpu": .cpu, "mem": .memory, "disk": .disk, "delay": .networkDelay, "loss": .networkLoss,
    "f1": .code, "f2": .code, "f3": .code, "f4": .code, "f5": .code,
    // Nezha (Yu et al., FSE 2023): `inject_type`.
    "cpu_contention": .cpu, "cpu_consumed": .cpu, "network_delay": .networkDelay, "return": .code, "exception": .code,
    // Words that other recordings use for the same.
    "memory": .memory, "network_loss": .networkLoss, "code": .code, "config": .config,
  ]

  /// Nil for a name that is in no table: the case is scored without its fault kind.
  package static func kind(of name: String) -> FaultKind? {
    kinds[name.lowercased()] ?? FaultKind(rawValue: name.lowercased())
  }
}
