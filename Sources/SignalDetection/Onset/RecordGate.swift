import IncidentModel

/// Decides by what spans and logs show whether there is an incident, where the series that users see do not tell.
///
/// The lines are half as much again, or more, as the most that healthy windows reach: 160 simulated ones, and the
/// healthy minutes of recorded systems.
package struct RecordGate: Sendable {
  /// The signal that is furthest above its channel's line; nil where none is above.
  package var decisive: Signal?

  package var isAnomalous: Bool { decisive != nil }

  /// For the end of a sentence; empty where nothing is above its line.
  package var reason: String {
    guard let decisive else { return "" }
    let statement = decisive.evidence.statement
    return "; and \(statement.hasSuffix(".") ? String(statement.dropLast()) : statement)"
  }

  /// In the unit of each channel.
  private static let lines: [SignalChannel: Double] = [
    .traceSelfTime: 10, .traceEdgeGap: 10, .traceErrors: 4, .tracePath: 12, .logPattern: 18,
  ]

  package init(_ signals: [Signal]) {
    var furthest = 1.0
    for signal in signals {
      guard let line = Self.lines[signal.channel], Self.comesFromRecords(signal) else { continue }
      let share = signal.strength / line
      if share >= furthest, decisive == nil || share > furthest { (furthest, decisive) = (share, signal) }
    }
  }

  /// Medians of a service mesh are too coarse to decide by.
  private static func comesFromRecords(_ signal: Signal) -> Bool {
    signal.evidence.query.source == "spans" || signal.evidence.query.source == "logs"
  }
}
