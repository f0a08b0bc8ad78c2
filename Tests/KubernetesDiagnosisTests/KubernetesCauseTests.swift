import KubernetesDiagnosis
import Testing

@Suite struct KubernetesCauseTests {
  @Test func everyCauseSaysWhenItIsMeant() {
    for cause in KubernetesCause.allCases { #expect(!cause.condition.isEmpty, "\(cause)") }
    #expect(Set(KubernetesCause.allCases.map(\.condition)).count == KubernetesCause.allCases.count)
  }
}
