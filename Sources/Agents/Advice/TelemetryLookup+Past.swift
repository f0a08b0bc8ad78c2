import IncidentModel

extension TelemetryLookup {
  private static let shownPastCount = 5

  /// Incidents before this one that resemble what is held against a component, the most alike first.
  func similar(_ component: ComponentID) throws(Refusal) -> Evidence {
    guard let suspect = suspects.first(where: { $0.component == component }) else {
      throw Refusal(reason: "no hypothesis is about \(component)")
    }
    guard !past.isEmpty else { throw Refusal(reason: "no incident before this one is known here") }
    let alike = past.enumerated().compactMap { position, incident in
      suspect.likeness(to: incident.suspect).map { (position: position, incident: incident, likeness: $0) }
    }.sorted { ($1.likeness.score, $0.position) < ($0.likeness.score, $1.position) }
    let shown = alike.prefix(Self.shownPastCount).map { match in
      let when = match.incident.onset.map { " of \($0)" } ?? ""
      return "\(match.incident.id)\(when), \(match.incident.suspect.component) (shared: "
        + "\(match.likeness.shared.joined(separator: ", ")))"
    }
    var digest = ContentDigest()
    for match in alike {
      digest.update(match.incident.id)
      digest.update(match.likeness.score)
    }
    let list = shown.isEmpty ? "." : ": \(shown.joined(separator: "; "))."
    return Evidence(
      kind: .history,
      statement: "\(alike.count) of \(past.count) incidents before this one resemble a "
        + "\(suspect.fault.rawValue) fault of \(component)\(list)",
      query: .init(source: "incidents", expression: "similar=\"\(component)\"", window: telemetry.incident.window),
      digest: digest.finalize(), value: Double(alike.count), unit: "incidents")
  }
}
