import IncidentModel
import TextReading

/// A case of a dataset, before it is read: enough to list, filter and open it.
package struct CaseReference: Hashable, Sendable {
  /// Unique in the dataset and stable, for example `low_traffic/train/issue_3`.
  package var id: String
  /// The group that a scorecard reports beside the whole: a scenario, a day, a system; never the fault.
  package var group: String
  /// The case's folder, or for a day-wide format the day's folder.
  package var path: String
  /// Which incident inside `path`, for formats that keep several in one folder.
  package var position: Int

  package init(id: String, group: String, path: String, position: Int = 0) {
    self.id = id
    self.group = group
    self.path = path
    self.position = position
  }
}

/// What a case is read with.
package struct ReadOptions: Hashable, Sendable {
  /// Withholds the alert time and the symptom.
  package var isBlind: Bool
  package var limits: ReadLimits

  package init(isBlind: Bool = false, limits: ReadLimits = ReadLimits()) {
    self.isBlind = isBlind
    self.limits = limits
  }
}

/// Reads one family of recorded incidents, exactly as it lies on disk. Ground truth is read elsewhere, never here.
package protocol DatasetAdapter: Sendable {
  /// As given to `--adapter`.
  static var name: String { get }

  /// What a folder is recognised by, in a few words, for the message when none is.
  static var recognisedBy: String { get }

  /// Whether a folder looks like this format: a dataset or a single case. Reads names, not contents where possible.
  static func recognises(_ folder: String) -> Bool

  init(folder: String) throws

  /// Every case, in a stable order.
  func cases() throws -> [CaseReference]

  func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow

  /// A fault-free window beside a case, shaped like it in length and shifted so as not to touch any incident;
  /// nil where the data have none. `position` counts from 0 over as many as there are.
  func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow?
}

extension DatasetAdapter {
  package static var recognisedBy: String { "its own layout" }
}
