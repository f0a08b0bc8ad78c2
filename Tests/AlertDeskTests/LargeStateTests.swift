import Foundation
import IncidentModel
import Testing

@testable import AlertDesk

@Suite struct LargeStateTests {
  /// More alerts than are encoded at once: nothing is lost between two parts, and the order is the same each time.
  @Test(arguments: [0, 1, 1_000, 2_500]) func aLargeStateIsKeptWhole(count: Int) throws {
    let start = Timestamp(nanoseconds: 1_795_600_000_000_000_000)
    let policy = try AlertPolicy(yaml: "route: {receiver: a}\nreceivers: [{name: a}]\n", file: "a.yml")
    var desk = Desk(policy: policy, startingAt: start)
    for number in 0..<count {
      let labels: LabelSet = ["alertname": "A", "number": "\(number)"]
      desk.receive(
        DeskEvent(
          at: start, .alert(IncomingAlert(labels: labels, startsAt: start, endsAt: start.advanced(bySeconds: 60)))))
    }
    let kept = try desk.persisted()
    let restored = try Desk(policy: policy, restoring: kept)
    #expect(restored.activeAlertCount == count)
    #expect(restored.state.alerts == desk.state.alerts)
    #expect(try restored.persisted() == kept)
  }
}
