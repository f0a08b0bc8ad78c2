import IncidentModel
import Telemetry
import TextReading

/// Reads what really happened, from where each format keeps it.
package struct GroundTruthReader: Sendable {
  private let read: @Sendable (CaseReference) throws -> GroundTruth

  package init(_ read: @escaping @Sendable (CaseReference) throws -> GroundTruth) { self.read = read }

  /// The reader for an adapter's name; throws a `DatasetError` where no truth is known for that format.
  package init(adapter: String, folder: String) throws {
    switch adapter {
    case "tocsin": self.init(RecordedTruth.read)
    case "petshop": self.init(PetShopTruth.read)
    case "rcaeval": self.init(RCAEvalTruth.read)
    case "nezha": self.init(NezhaTruth.read)
    case "alertset": self.init(AlertSetTruth.read)
    default:
      throw DatasetError(
        file: folder, message: "no known causes can be read for the format “\(adapter)”, so it cannot be replayed")
    }
  }

  package func truth(of reference: CaseReference) throws -> GroundTruth { try read(reference) }
}
