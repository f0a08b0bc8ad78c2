import Foundation
import Telemetry

/// Whether ground truth and telemetry of a recorded dataset agree.
package enum DatasetCheck {
  package struct Verdict: Sendable {
    package var id: String
    package var fault: String?
    /// In sentences; none where the case is right.
    package var complaints: [String]
  }

  /// - Throws: `DatasetError` where a folder is no recorded dataset or a file cannot be read.
  package static func run(_ folder: String, each: (Verdict) -> Void) throws {
    let adapter = try CaseFolderAdapter(folder: folder)
    for reference in try adapter.cases() {
      let note = try RecordingNote(folder: reference.path)
      var complaints = try note.complaints(try adapter.read(reference, options: ReadOptions()))
      let truth = try? String(contentsOfFile: "\(reference.path)/truth.yaml", encoding: .utf8)
      if truth != (try note.truth()) { complaints.append("truth.yaml is not what recording.yaml says was done") }
      each(Verdict(id: reference.id, fault: note.fault, complaints: complaints))
    }
  }
}
