import IncidentModel
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-03-01T03:12:40.5Z", 1_772_334_760_500_000_000),
      ("2026-03-01T04:12:40+01:00", 1_772_334_760_000_000_000), ("1969-12-31 23:59:59", -1_000_000_000),
    ] as [(String, Int64)])
  func parses(text: String, nanoseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: ["", "2026", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+1", "2026-01-01T25:00:00Z", "x"])
  func refuses(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func textFormSurvivesARoundTripOverFourCenturies() {
    var nanoseconds: Int64 = -8_500_000_000_000_000_123
    while nanoseconds < 8_500_000_000_000_000_000 {
      let moment = Timestamp(nanoseconds: nanoseconds)
      #expect(Timestamp(rfc3339: moment.description) == moment)
      nanoseconds += 77_777_777_777_777_777
    }
  }
}
