import IncidentModel
import SignalDetection
import Telemetry

/// Says whether anything is wrong and since when, and posts every signal that departs from normal.
package struct DetectionAgent: Agent {
  package static let name: AgentName = "detection"
  package var name: AgentName { Self.name }
  private let telemetry: TelemetryWindow
  private let left: Set<Ingredient>

  /// - Parameter left: parts to leave out, for a measurement.
  package init(telemetry: TelemetryWindow, without left: Set<Ingredient> = []) {
    self.telemetry = telemetry
    self.left = left
  }

  /// Once, as soon as the investigation is open: the telemetry does not change under it.
  package func isReady(_ snapshot: BlackboardSnapshot, seen: Revision?) -> Bool {
    snapshot.opening != nil && snapshot.detection == nil && seen == nil
  }

  package func contribute(_ snapshot: BlackboardSnapshot) async throws -> [Contribution] {
    let scan = SignalScan(telemetry, without: left)
    var known: Set<String> = []
    let blindSpots = (telemetry.blindSpots + scan.blindSpots).filter { known.insert($0).inserted }
    return [.detection(scan.detection)] + scan.signals.map { .signal($0) }
      + blindSpots.map { .diagnostic(Diagnostic(kind: .blindSpot, statement: $0)) }
  }
}
