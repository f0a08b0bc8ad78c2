import IncidentModel

extension Desk {
  /// More components than this are not compared.
  private static let maximumSuspects = 100

  /// Where an incident comes from: what an investigation said, else of the components that alert the one because of which
  /// most others can fail, the earliest among equals. Nil for an incident outside of the service map.
  package func suspectedCause(of id: Int) -> ComponentID? {
    guard let incident = state.rules.incidents.incidents[state.rules.incidents.current(id)] else { return nil }
    if let cause = incident.investigatedCause { return cause }
    var begins: [ComponentID: Timestamp] = [:]
    for member in incident.members where neighbourhood[member.component] != nil {
      begins[member.component] = min(member.startsAt, begins[member.component] ?? member.startsAt)
    }
    let suspects = begins.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(Self.maximumSuspects).map(\.key)
    let counts = neighbourhood.dependentCounts(among: suspects)
    // The first of those with the highest count.
    var best: ComponentID?
    for suspect in suspects where best == nil || counts[suspect, default: 0] > counts[best ?? suspect, default: 0] {
      best = suspect
    }
    return best
  }

  /// Who is told because of the suspected cause; an instance belongs to the owner of its service.
  func owner(of id: Int) -> (rule: DeskRules.Owner, cause: ComponentID)? {
    guard !rules.owners.isEmpty, let cause = suspectedCause(of: id) else { return nil }
    let names = [cause] + (neighbourhood[cause]?.instanceOf.map { [$0] } ?? [])
    for name in names {
      if let rule = rules.owners.first(where: { $0.components.contains(name) }) { return (rule, cause) }
    }
    return nil
  }
}
