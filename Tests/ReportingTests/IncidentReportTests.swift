import IncidentModel
import Reporting
import TestSupport
import Testing

@Suite struct IncidentReportTests {
  @Test(arguments: ["cause-found", "abstained", "healthy", "hostile"])
  func jsonMatchesTheRecord(name: String) throws {
    try Golden("\(name).json").expect(IncidentReport(MadeUpIncident.named(name).snapshot).json())
  }
}

extension MadeUpIncident {
  static func named(_ name: String) -> MadeUpIncident {
    switch name {
    case "cause-found": causeFound
    case "abstained": abstained
    case "healthy": healthy
    case "long": long
    default: hostile
    }
  }
}
