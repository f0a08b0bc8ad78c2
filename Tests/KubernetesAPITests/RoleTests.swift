import ConfigurationReading
import Foundation
import KubernetesAPI
import Testing

/// The role in the documentation grants what the program reads, and nothing else.
@Suite struct RoleTests {
  private func rules() throws -> [StrictMapping<KubeconfigError>] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "docs/kubernetes-rbac.yaml").path
    let text = try String(contentsOfFile: file, encoding: .utf8)
    return try text.components(separatedBy: "\n---\n").flatMap { document -> [StrictMapping<KubeconfigError>] in
      let object = try StrictValue<KubeconfigError>(yaml: document, file: file).mapping()
      guard try object.value("kind").text() == "ClusterRole" else { return [] }
      return try object.value("rules").list().map {
        try $0.mapping(KeyTable(required: ["apiGroups", "resources", "verbs"]))
      }
    }
  }

  private func words(_ value: StrictValue<KubeconfigError>) throws -> [String] {
    try value.list().map { try $0.text(canBeEmpty: true) }
  }

  @Test func grantsExactlyWhatIsRead() throws {
    var granted: [String] = []
    for rule in try rules() {
      let groups = try words(rule.value("apiGroups"))
      for group in groups {
        granted += try words(rule.value("resources")).map { group.isEmpty ? $0 : "\($0).\(group)" }
      }
    }
    #expect(granted.sorted() == (APIResource.all.map(\.qualifiedName) + ["pods/log"]).sorted())
  }

  @Test func grantsNothingButReading() throws {
    let rules = try rules()
    #expect(!rules.isEmpty)
    for rule in rules {
      let isLog = try words(rule.value("resources")) == ["pods/log"]
      #expect(try words(rule.value("verbs")) == (isLog ? ["get"] : ["list", "watch"]))
    }
  }
}
