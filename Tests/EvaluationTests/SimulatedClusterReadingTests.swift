import Evaluation
import Foundation
import KubernetesDiagnosis
import KubernetesObjects
import Testing
import TextReading

/// The simulation and the reader of API objects were written apart from each other: what one writes, the other reads in
/// full.
@Suite struct SimulatedClusterReadingTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "datasets/kubernetes").path

  @Test func causesAreCalledTheSame() {
    let named = Set(KubernetesCause.allCases.map(\.rawValue))
    for fault in ClusterFault.allCases { #expect(named.contains(fault.rawValue), "\(fault.rawValue)") }
  }

  @Test func nothingOfACommittedClusterIsLeftOut() throws {
    let cases = try FileManager.default.contentsOfDirectory(atPath: Self.root).filter { $0.hasPrefix("case-") }
    #expect(cases.count == 15)
    for name in cases.sorted() {
      let folder = try DatasetFolder("\(Self.root)/\(name)")
      var source = ByteSource(folder: folder)
      var snapshot = ClusterSnapshot()
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(name)/kubernetes").sorted()
      for file in files where file.hasSuffix(".json.gz") {
        try ObjectReader().read(try source.read("kubernetes/\(file.dropLast(3))"), into: &snapshot)
      }
      #expect(snapshot.notes.mistypedCount == 0, "\(name)")
      #expect(snapshot.notes.badQuantityCount == 0, "\(name): \(snapshot.notes.badQuantities)")
      #expect(snapshot.notes.namelessCount == 0, "\(name)")
      #expect(snapshot.pods.count >= 20 && snapshot.nodes.count >= 4 && snapshot.events.count > 5, "\(name)")
      let withoutStatus = snapshot.pods.values.count { !$0.hasStatus }
      #expect(withoutStatus == 0, "\(name)")
      #expect(snapshot.services.count > 4 && snapshot.endpoints.count > 4 && snapshot.leases.count > 4, "\(name)")
    }
  }
}
