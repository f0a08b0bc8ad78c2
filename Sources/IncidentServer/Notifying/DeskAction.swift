import AlertDesk
import Foundation
import IncidentModel

/// What happens to the alert desk beside alerts. It is journaled among them, so that the desk is a function of the journal:
/// whoever goes through it again after a crash decides the same.
enum DeskAction: Sendable, Hashable, Codable {
  /// Something is due.
  case tick
  /// The server started again.
  case resumed
  /// Somebody takes alerts on, and the correlated incident that they are parts of.
  case acknowledge(alerts: [Fingerprint], incident: Int?, by: String)
  /// An investigation suspects a component.
  case suspect(incident: Int, component: String)
  /// Planned work begins, and ends.
  case silence(Silence)
  case endSilence(id: String)

  var events: [DeskEvent.Content] {
    switch self {
    case .tick: [.tick]
    case .resumed: [.resumed]
    case .acknowledge(let alerts, let incident, let person):
      alerts.map { .acknowledge(.alert($0), by: person) }
        + (incident.map { [.acknowledge(.incident($0), by: person)] } ?? [])
    case .silence(let silence): [.silence(silence)]
    case .endSilence(let id): [.endSilence(id: id)]
    case .suspect(let incident, let component): [.suspect(incident: incident, cause: ComponentID(component))]
    }
  }
}

extension AlertFormat {
  static func deskAction(_ body: [UInt8]) throws -> AlertReport {
    .desk(try JSONDecoder().decode(DeskAction.self, from: Data(body)))
  }
}

extension Intake {
  /// Returns once the action is in the journal; the loop takes it from there.
  /// - Throws: `Problem`.
  func accept(_ action: DeskAction) async throws {
    let body = try JSONEncoder().encode(action)
    try await journal(
      .desk, Array(body), JournaledReport(sequence: 0, at: now(), report: .desk(action), bytes: nil))
  }
}
