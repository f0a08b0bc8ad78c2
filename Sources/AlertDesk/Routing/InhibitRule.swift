/// Alerts that match the source mute those that match the target and have the same values of some labels.
package struct InhibitRule: Hashable, Sendable {
  package var name: String?
  package var source: [Matcher]
  package var target: [Matcher]
  package var equal: [String]
  package var place: RulePlace
}
