import IncidentModel
import KubernetesObjects

/// What is wrong with a cluster, by rules on its objects as they stand.
///
/// Pure, and independent of the order in which objects were read. Present state decides, events only explain: a finding
/// needs something that is unhealthy now.
package struct ClusterDiagnosis: Sendable {
  /// Best first; those below `KubernetesFinding.shownLine` are hints.
  package let findings: [KubernetesFinding]
  /// What objects are called.
  package let names: ObjectNames
  /// For what is to be done about pods that wait for a node.
  package let trial: RemediationTrial

  /// What is certain enough to be shown as a finding.
  package var shownFindings: [KubernetesFinding] { findings.filter { $0.score >= KubernetesFinding.shownLine } }

  /// - Parameter measurements: what was measured of these objects, where anything was.
  package init(_ snapshot: ClusterSnapshot, measurements: ClusterMeasurements = ClusterMeasurements()) {
    self.init(ClusterView(snapshot), measurements: measurements)
  }

  package init(_ view: ClusterView, measurements: ClusterMeasurements = ClusterMeasurements()) {
    names = ObjectNames(view.snapshot)
    trial = RemediationTrial(view)
    let nodes = NodeRules(view).findings
    let lost = Set(
      nodes.filter { $0.score >= KubernetesFinding.shownLine && $0.component.kind == "Node" }
        .map(\.component.name.name))
    var all = nodes
    all += AdmissionRules(view).findings
    all += SchedulingRules(view, lostNodes: lost).findings
    all += VolumeRules(view).findings
    all += StartRules(view, lostNodes: lost).findings
    all += ProbeRules(view, lostNodes: lost).findings
    all += ServiceRules(view).findings
    let measured = MeasuredObjects(view)
    if !measurements.isEmpty { all += LoadRules(view, measured, measurements).findings }
    // A delay is what is left where nothing else explains that answers are slow.
    if !all.contains(where: { $0.score >= KubernetesFinding.shownLine }) {
      all += DelayRules(view, measured, measurements).findings
    }
    findings = all.merged()
  }
}
