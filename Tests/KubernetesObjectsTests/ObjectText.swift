import IncidentModel
import KubernetesObjects
import TextReading

/// API objects as JSON text.
func pod(_ name: String, labels: String = "", spec: String = "", status: String = "", uid: String = "") -> String {
  """
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "\(name)", "namespace": "shop", "uid": "\(uid)",
  "labels": {\(labels)}}, "spec": {\(spec)}, "status": {\(status)}}
  """
}

func list(_ items: [String], kind: String = "List") -> String {
  #"{"apiVersion": "v1", "items": [\#(items.joined(separator: ","))], "kind": "\#(kind)"}"#
}

func snapshot(_ texts: String..., hint: ObjectKind? = nil) throws -> ClusterSnapshot {
  var snapshot = ClusterSnapshot()
  for (position, text) in texts.enumerated() {
    try ObjectReader().read(
      FileBytes(name: "objects-\(position)", bytes: Array(text.utf8)), hint: hint, into: &snapshot)
  }
  return snapshot
}
