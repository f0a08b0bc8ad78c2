import IncidentModel

/// Something that happened to an object, as a component of the cluster reported it. Kept for an hour only.
package struct ClusterEvent: Hashable, Sendable {
  package var object = ObjectReference("", ObjectName("", in: ""))
  package var objectUID = ""
  package var reason = ""
  package var message = ""
  /// `Normal` or `Warning`.
  package var type = ""
  package var count = 1
  package var firstAt: Timestamp?
  package var lastAt: Timestamp?
  package var reporter = ""
  /// The part of a pod that is meant, for example `spec.containers{web}`.
  package var fieldPath = ""
  /// The event's own name.
  package var name = ObjectName("", in: "")

  package init() {}

  package var isWarning: Bool { type == "Warning" }

  package static let maximumMessageBytes = 2048

  /// Later ones first; equal ones in a fixed order.
  package static func isLater(_ left: ClusterEvent, _ right: ClusterEvent) -> Bool {
    let mine = left.lastAt?.nanoseconds ?? .min
    let theirs = right.lastAt?.nanoseconds ?? .min
    if mine != theirs { return mine > theirs }
    if left.count != right.count { return left.count > right.count }
    if left.message != right.message { return left.message < right.message }
    if left.object != right.object { return left.object < right.object }
    if left.reason != right.reason { return left.reason < right.reason }
    return left.name < right.name
  }
}
