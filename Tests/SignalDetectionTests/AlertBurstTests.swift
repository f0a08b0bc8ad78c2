import IncidentModel
import Telemetry
import Testing

@testable import SignalDetection

/// Since when more alerts fire than usual, where there is nothing but alerts.
@Suite struct AlertBurstTests {
  private let start = Timestamp(nanoseconds: 1_772_323_200_000_000_000)

  private func window(_ minutes: [Double], alertedAt: Double?) -> TelemetryWindow {
    TelemetryWindow(
      incident: Incident(
        id: "i", title: "i", window: TimeWindow(start: start, end: start.advanced(bySeconds: 13 * 3600)),
        alertedAt: alertedAt.map { start.advanced(bySeconds: $0 * 60) }),
      alerts: minutes.map {
        Alert(labels: ["alertname": "High"], annotations: [:], startsAt: start.advanced(bySeconds: $0 * 60))
      })
  }

  private func minute(_ burst: AlertBurst?) -> Double? { burst.map { start.seconds(until: $0.start) / 60 } }

  private let hourly = (0..<12).map { Double($0) * 60 + 10 }

  @Test func aBurstBeginsBeforeTheAlertThatPaged() {
    #expect(minute(AlertBurst(window(hourly + [760, 761, 764], alertedAt: 764))) == 760)
  }

  @Test func withoutABurstTheAlertIsTheOnset() {
    #expect(minute(AlertBurst(window([], alertedAt: 700))) == 700)
  }

  @Test func aBurstIsFoundWhereNoAlertIsGiven() {
    #expect(minute(AlertBurst(window(hourly + [760, 761, 762, 764, 764], alertedAt: nil))) == 760)
  }

  @Test func alertsAtTheirUsualPaceAreNoBurst() {
    #expect(AlertBurst(window(hourly, alertedAt: nil)) == nil)
    #expect(AlertBurst(window([], alertedAt: nil)) == nil)
  }
}
