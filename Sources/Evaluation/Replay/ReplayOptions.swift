import Foundation
import IncidentModel
import Telemetry

/// How a dataset is replayed.
package struct ReplayOptions: Hashable, Sendable {
  package var read: ReadOptions
  /// Cases that are read and investigated at the same time; at least 1.
  package var jobs: Int
  /// A shell pattern over case identifiers, where `*` also crosses slashes; nil for every case.
  package var filter: String?
  package var healthy: HealthyCount
  /// The folder that keeps results and reports; nil keeps nothing.
  package var output: String?
  /// Goes on in an `output` folder that an earlier run has begun.
  package var isResuming: Bool
  /// What can change the answers besides the data: a run is only resumed with the same.
  package var configurationDigest: String
  /// Whether every hypothesis is tried as a model's nominee afterwards.
  package var measuresNominees: Bool

  package init(
    read: ReadOptions = ReadOptions(), jobs: Int = 1, filter: String? = nil, healthy: HealthyCount = .asManyAsFaults,
    output: String? = nil, isResuming: Bool = false, configurationDigest: String = "",
    measuresNominees: Bool = false
  ) {
    self.read = read
    self.jobs = jobs
    self.filter = filter
    self.healthy = healthy
    self.output = output
    self.isResuming = isResuming
    self.configurationDigest = configurationDigest
    self.measuresNominees = measuresNominees
  }
}

/// How many fault-free windows are wanted. Healthy cases of the dataset itself are always replayed and count first;
/// the rest are slices that the adapter cuts from fault-free telemetry, as far as there are any.
package enum HealthyCount: Hashable, Sendable {
  case asManyAsFaults
  case none
  case exactly(Int)

  /// `auto`, `off` or a number.
  package init?(_ text: String) {
    switch text {
    case "auto": self = .asManyAsFaults
    case "off": self = .none
    default:
      guard let count = Int(text), count >= 0 else { return nil }
      self = .exactly(count)
    }
  }
}

/// What is replayed: cases from an adapter, with the causes that are known for them.
package struct ReplayDataset: Sendable {
  package var name: String
  package var adapter: any DatasetAdapter
  package var truth: GroundTruthReader

  package init(name: String, adapter: any DatasetAdapter, truth: GroundTruthReader) {
    self.name = name
    self.adapter = adapter
    self.truth = truth
  }

  package init(folder: String, adapter: any DatasetAdapter) throws {
    self.init(
      name: URL(fileURLWithPath: folder).lastPathComponent, adapter: adapter,
      truth: try GroundTruthReader(adapter: type(of: adapter).name, folder: folder))
  }
}

/// What a person who waits for a replay wants to see.
package enum ReplayEvent: Sendable {
  /// Said at the start, and again when fault-free windows are added: how many there are, how many were done before.
  case planned(total: Int, done: Int)
  case finished(CaseRecord, done: Int, total: Int)
}
