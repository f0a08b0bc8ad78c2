import Foundation
import IncidentModel

/// How far a place's clocks are from UTC, by the IANA database.
package struct TimeZoneRules: Hashable, Sendable {
  package let name: String
  private let zone: TimeZone?

  package static let utc = TimeZoneRules(name: "UTC", zone: nil)

  private init(name: String, zone: TimeZone?) {
    self.name = name
    self.zone = zone
  }

  /// Nil for a name that the database does not have. `Local` is refused: the same policy must mean the same everywhere.
  package init?(_ name: String) {
    if ["", "UTC", "Etc/UTC", "GMT", "Etc/GMT"].contains(name) {
      self = .utc
      return
    }
    guard let zone = TimeZone(identifier: name), Self.isDatabaseName(name) else { return nil }
    self.init(name: name, zone: zone)
  }

  package func offsetSeconds(at moment: Timestamp) -> Int {
    guard let zone else { return 0 }
    return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.nanoseconds / 1_000_000_000)))
  }

  /// Foundation also takes abbreviations such as PST and offsets such as GMT+2, which are no names of the database.
  private static func isDatabaseName(_ name: String) -> Bool {
    known.contains(name) || (name.contains("/") && !name.contains("..") && !name.hasPrefix("/"))
  }

  private static let known: Set<String> = Set(TimeZone.knownTimeZoneIdentifiers).union([
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT+0", "GMT-0", "GMT0",
    "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST",
    "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey",
    "UCT", "Universal", "W-SU", "WET", "Zulu",
  ])
}
