import TextReading

/// How Kubernetes names the pods of a workload.
package enum PodName {
  /// The workload that a pod belongs to: `cart-579f59597d-wc2lz` of a Deployment, `db-0` of a StatefulSet; a name of
  /// another shape is its own workload.
  package static func service(of pod: String) -> String {
    let parts = pod.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 2, let last = parts.last else { return pod }
    if parts.count >= 3, isPodSuffix(last), isReplicaSet(parts[parts.count - 2]) {
      return parts.dropLast(2).joined(separator: "-")
    }
    if last.count <= 3, !last.isEmpty, last.utf8.allSatisfy(isDigit) { return parts.dropLast().joined(separator: "-") }
    return pod
  }

  /// Five of the letters and digits that Kubernetes draws names from.
  private static func isPodSuffix(_ part: Substring) -> Bool { part.count == 5 && part.utf8.allSatisfy(isDrawn) }

  /// The hash of a pod template: up to ten of the same, at least one of them a digit.
  private static func isReplicaSet(_ part: Substring) -> Bool {
    (6...10).contains(part.count) && part.utf8.allSatisfy(isDrawn) && part.utf8.contains(where: isDigit)
  }

  private static func isDrawn(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
  }
}
