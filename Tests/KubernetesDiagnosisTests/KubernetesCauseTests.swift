import Foundation
import KubernetesDiagnosis
import Testing

@Suite struct KubernetesCauseTests {
  @Test func everyCauseSaysWhenItIsMeant() {
    for cause in KubernetesCause.allCases { #expect(!cause.condition.isEmpty, "\(cause)") }
    #expect(Set(KubernetesCause.allCases.map(\.condition)).count == KubernetesCause.allCases.count)
  }

  @Test func thePageListsEveryCauseInItsWords() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/kubernetes.md")
    let page = try String(contentsOf: here.standardizedFileURL, encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("` | ") }
    #expect(rows == KubernetesCause.allCases.map { "| `\($0.rawValue)` | \($0.condition) |" })
  }
}
