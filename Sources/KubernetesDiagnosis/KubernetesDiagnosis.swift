import IncidentModel
import KubernetesObjects

/// What is wrong with a cluster, by rules on its objects as they stand.
///
/// Pure, and independent of the order in which objects were read. Present state decides, events only explain: a finding
/// needs something that is unhealthy now.
package struct ClusterDiagnosis: Sendable {
  /// Best first; those below `KubernetesFinding.shownLine` are hints.
  package let findings: [KubernetesFinding]

  /// What is certain enough to be shown as a finding.
  package var shownFindings: [KubernetesFinding] { findings.filter { $0.score >= KubernetesFinding.shownLine } }

  package init(_ snapshot: ClusterSnapshot) { self.init(ClusterView(snapshot)) }

  package init(_ view: ClusterView) {
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
    findings = all.merged()
  }
}
