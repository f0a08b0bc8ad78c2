import Foundation
import Runbooks

/// Names one step of one run wherever it leaves a trace: a variable in the environment of its processes, so that they are
/// known when this program was killed and they were not; the header `Idempotency-Key` of its request (IETF draft
/// idempotency-key-header), so that a receiver that keeps to it does nothing twice.
struct StepMark: Hashable, Sendable {
  static let variable = "TOCSIN_STEP"

  var text: String

  /// The processes that carry it, lowest first; those that may not be looked into are not among them.
  var processes: [Int32] {
    let wanted = Array("\(Self.variable)=\(text)".utf8)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.sorted().filter { process in
      guard let variables = FileManager.default.contents(atPath: "/proc/\(process)/environ") else { return false }
      return variables.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
  }
}

extension StepMark {
  init(_ id: ProposalID, _ run: RunProgress, _ place: StepPlace) {
    let key = run.key.split(separator: ":").last.map { String($0.prefix(24)) } ?? ""
    text = "\(id)-\(key)-\(place.index + 1)\(place.isUndo ? "-undo" : "")"
  }
}
