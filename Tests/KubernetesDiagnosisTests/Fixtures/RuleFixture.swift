import KubernetesDiagnosis
import Testing

/// One rule: a cluster in which it must speak, and one in which the same has passed, or is meant to be so.
struct RuleFixture: CustomTestStringConvertible, Sendable {
  var cause: KubernetesCause
  var component: String
  var harm: @Sendable (inout MadeUpCluster) -> Void
  var recovered: @Sendable (inout MadeUpCluster) -> Void
  var note = ""

  var testDescription: String { cause.rawValue + (note.isEmpty ? "" : " (\(note))") }

  init(
    _ cause: KubernetesCause, _ component: String = "service/web", _ note: String = "",
    harm: @escaping @Sendable (inout MadeUpCluster) -> Void,
    recovered: @escaping @Sendable (inout MadeUpCluster) -> Void
  ) {
    self.cause = cause
    self.component = component
    self.note = note
    self.harm = harm
    self.recovered = recovered
  }

  var harmed: MadeUpCluster {
    var cluster = MadeUpCluster.healthy
    harm(&cluster)
    return cluster
  }

  var healed: MadeUpCluster {
    var cluster = MadeUpCluster.healthy
    recovered(&cluster)
    return cluster
  }

  static let all = admission + scheduling + volumes + start + probes + services + nodes + load
}
