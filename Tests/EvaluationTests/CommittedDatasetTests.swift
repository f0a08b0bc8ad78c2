import Evaluation
import Foundation
import IncidentModel
import Telemetry
import Testing
import TextReading

/// The simulated dataset of the repository is what the simulation makes today, so that anybody can make it again.
@Suite struct CommittedDatasetTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("datasets/simulated").path
  private static let options = SimulationOptions(seed: 2026)

  @Test func casesAreMadeAgainFromTheSeed() async throws {
    let simulation = try IncidentSimulation(Self.options)
    try await withTemporaryFolder { folder in
      for position in [0, simulation.caseCount - 1] {
        let one = simulation.makeCase(position)
        try one.write(below: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(one.id)").sorted()
        #expect(names == (try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/\(one.id)")).sorted())
        for name in names {
          // Compressors differ between systems; what they hold does not.
          let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
          let made = try contents(plain, of: "\(folder)/\(one.id)")
          #expect(made == (try contents(plain, of: "\(Self.folder)/\(one.id)")), "\(one.id)/\(name)")
        }
      }
    }
  }

  @Test func halfOfTheCasesAreHealthyAndEveryTruthIsKnownInItsCase() throws {
    let adapter = try AdapterCatalog.adapter(named: nil, for: Self.folder)
    let reader = try GroundTruthReader(adapter: "tocsin", folder: Self.folder)
    let truths = try adapter.cases().map { (reference: $0, truth: try reader.truth(of: $0)) }
    #expect(truths.count == Self.options.cases + Self.options.healthy)
    #expect(truths.count { $0.truth.isHealthy } == Self.options.healthy)
    #expect(Set(truths.map(\.reference.group)).count == 2)
    #expect(Set(truths.compactMap(\.truth.fault)) == Set(FaultKind.allCases).subtracting([.unknown]))
    for (reference, truth) in truths.prefix(6) where !truth.isHealthy {
      #expect(try AnswerKey(truth, in: adapter.read(reference, options: ReadOptions())).matching.isEmpty == false)
    }
  }

  @Test func saysThatItIsSimulated() throws {
    let description = try DatasetDescription(in: DatasetFolder(Self.folder))
    #expect(description?.origin == "simulated")
    #expect(description?.citation?.hasSuffix(Self.options.commandLine) == true)
  }

  @Test func clustersAreMadeAgainFromTheSeed() async throws {
    let root = URL(fileURLWithPath: Self.folder).deletingLastPathComponent().appendingPathComponent("kubernetes").path
    let options = ClusterSimulationOptions(seed: 2026, cases: 12, healthy: 3, pods: 20...30)
    let description = try DatasetDescription(in: DatasetFolder(root))
    #expect(description?.origin == "simulated" && description?.citation?.hasSuffix(options.commandLine) == true)
    let simulation = try ClusterSimulation(options)
    try await withTemporaryFolder { folder in
      let one = simulation.makeCase(1)
      try one.write(below: folder)
      let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(one.id)").sorted()
      #expect(names == (try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(one.id)")).sorted())
      for name in names where name.contains(".") {
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        let made = try contents(plain, of: "\(folder)/\(one.id)")
        #expect(made == (try contents(plain, of: "\(root)/\(one.id)")), "\(one.id)/\(name)")
      }
    }
  }

  private func contents(_ name: String, of folder: String) throws -> [UInt8] {
    var source = ByteSource(folder: try DatasetFolder(folder))
    return try source.read(name).withBytes { Array($0) }
  }
}
