import AlertDesk
import Foundation
import Testing

/// The same receivers as Alertmanager, for made-up trees and label sets. amtool answers one label set a process, so
/// trees are asked in batches: each below a route of its own that takes everything and goes on.
@Suite struct RoutingParityTests {
  static let batchCount = 10
  static let treesPerBatch = 50
  static let labelSetsPerBatch = 20

  private static func policy(receivers: Set<String>, route: [String]) -> String {
    (["receivers:"] + receivers.sorted().map { "- name: \($0)" } + ["route:"] + route.map { "  " + $0 })
      .joined(separator: "\n") + "\n"
  }

  @Test(.enabled(if: Amtool.path != nil, Amtool.isMissing), arguments: 0..<batchCount)
  func namesTheSameReceivers(batch: Int) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var grammar = PolicyGrammar(seed: 0x5eed + UInt64(batch))
    var trees: [[String]] = []
    var together = ["receiver: none", "routes:"]
    var receivers: Set<String> = ["none"]
    for number in 0..<Self.treesPerBatch {
      let prefix = "t\(number)-"
      let tree = grammar.route(prefix: prefix, depth: 3, isRoot: true)
      trees.append(tree)
      receivers.formUnion((0..<8).map { prefix + String($0) })
      for (index, line) in (tree + ["continue: true"]).enumerated() {
        together.append((index == 0 ? "- " : "  ") + line)
      }
    }
    let file = try folder.write("policy.yml", Self.policy(receivers: receivers, route: together))
    let policies = try trees.map { tree in
      try AlertmanagerConfiguration(
        yaml: Self.policy(receivers: receivers, route: tree), file: "tree", syntax: .classic)
    }
    for _ in 0..<Self.labelSetsPerBatch {
      let labels = grammar.labels()
      let theirs = Dictionary(grouping: try await Amtool.route(file, labels)) { $0.prefix { $0 != "-" } }
      for (number, policy) in policies.enumerated() {
        let ours = policy.tree.matching(LabelSet(labels)).map { policy.tree.routes[$0].receiver }
        #expect(ours == theirs["t\(number)"], "\(trees[number].joined(separator: "\n"))\n\(labels)")
      }
    }
  }
}
