import Foundation
import IncidentModel

/// Events as bytes of a temporary file: a length, the moment, a kind, then of an alert its times and its labels. Numbers are
/// as the machine has them.
enum EventCoding {
  static let blockBytes = 1 << 18

  private static let none = Int64.min

  static func append(_ event: DeskEvent, to bytes: inout [UInt8], others: inout [DeskEvent.Content]) {
    let start = bytes.count
    append(UInt32(0), to: &bytes)
    append(event.at.nanoseconds, to: &bytes)
    if case .alert(let alert) = event.content {
      append(Int64(-1), to: &bytes)
      append(alert.startsAt?.nanoseconds ?? none, to: &bytes)
      append(alert.endsAt?.nanoseconds ?? none, to: &bytes)
      append(UInt32(alert.labels.bytes.count), to: &bytes)
      bytes += alert.labels.bytes
      bytes += alert.annotations.bytes
    } else {
      append(Int64(others.count), to: &bytes)
      others.append(event.content)
    }
    let length = UInt32(bytes.count - start)
    withUnsafeBytes(of: length) { bytes.replaceSubrange(start..<start + 4, with: $0) }
  }

  /// Whether the first event is not there to its end.
  static func isCut(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4 else { return true }
    return bytes.withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) } > bytes.count
  }

  /// The event at a place, and the place behind it; nil where it is not there to its end.
  static func read(_ bytes: [UInt8], _ position: inout Int, _ others: [DeskEvent.Content]) -> DeskEvent? {
    bytes.withUnsafeBytes { all -> DeskEvent? in
      guard position + 4 <= all.count else { return nil }
      let length = Int(all.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      guard position + length <= all.count, length >= 20 else { return nil }
      let start = position
      position += length
      func number(_ offset: Int) -> Int64 { all.loadUnaligned(fromByteOffset: start + offset, as: Int64.self) }
      let at = Timestamp(nanoseconds: number(4))
      let kind = number(12)
      guard kind < 0 else { return DeskEvent(at: at, others[Int(kind)]) }
      let labelCount = Int(all.loadUnaligned(fromByteOffset: start + 36, as: UInt32.self))
      let split = start + 40 + labelCount
      func time(_ offset: Int) -> Timestamp? {
        let value = number(offset)
        return value == none ? nil : Timestamp(nanoseconds: value)
      }
      return DeskEvent(
        at: at,
        .alert(
          IncomingAlert(
            labels: LabelSet(sorted: [UInt8](all[start + 40..<split])),
            annotations: LabelSet(sorted: [UInt8](all[split..<start + length])), startsAt: time(20), endsAt: time(28))))
    }
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value) { bytes += $0 }
  }
}
