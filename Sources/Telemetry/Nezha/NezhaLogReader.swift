import Foundation
import IncidentModel
import TextReading

/// Reads the log lines of minute files: `Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log`, the last
/// one quoted. One record a line; a line that another was written over keeps its readable part.
///
/// Kept are lines of spans that were kept, and lines of no known span that were written in the window. The rest is left
/// out before it is unwrapped.
struct NezhaLogReader {
  private(set) var builder = LogTableBuilder()
  private let window: TimeWindow
  private let reach: TimeWindow
  private let spans: SpanIndex
  /// Where the spans of the index went; -1 for those that were not kept.
  private let newRows: [Int32]
  private var clock = ClockText()
  private var message = ContainerLogLine()

  private static let columns = [
    "Timestamp", "TimeUnixNano", "Node", "PodName", "Container", "TraceID", "SpanID", "Log",
  ]

  init(around window: TimeWindow, spans: SpanIndex, keptAt newRows: [Int32]) {
    self.window = window
    reach = TimeWindow(
      start: window.start.advanced(bySeconds: -NezhaSpanReader.marginSeconds),
      end: window.end.advanced(bySeconds: NezhaSpanReader.marginSeconds))
    self.spans = spans
    self.newRows = newRows
  }

  /// How many rows were damaged.
  mutating func read(_ file: FileBytes, limits: ReadLimits) throws -> Int {
    var damage = NezhaDamage()
    try file.withBytes { bytes in
      var position = 0
      while position < bytes.count {
        let end = bytes.firstIndex(of: 10, from: position) ?? bytes.count
        guard end - position <= limits.maximumLineBytes else {
          throw file.error(at: position, "the line is longer than \(limits.maximumLineBytes) bytes (maximumLineBytes)")
        }
        let line = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        if position == 0 {
          let header = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
          guard header.split(separator: ",").map(String.init) == Self.columns else {
            throw file.error(at: 0, "the header is not \(Self.columns.joined(separator: ","))")
          }
        } else if !line.isEmpty {
          damage.countRow()
          if !append(line) { damage.skip(file.error(at: position, "this is not a log record")) }
        }
        position = end + 1
      }
    }
    try damage.throwIfTooMuch()
    return damage.count
  }

  /// False when the line is not a record.
  private mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
    var commas: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
    guard Self.findCommas(line, &commas), let time = time(line, commas.0, commas.1) else { return false }
    guard reach.contains(Timestamp(nanoseconds: time)) else { return true }
    func field(_ from: Int, _ to: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: line[(from + 1)..<to])
    }
    let written = spans.row(trace: field(commas.4, commas.5), span: field(commas.5, commas.6))
    let span = written < 0 ? -1 : newRows[Int(written)]
    guard span >= 0 || (written < 0 && window.contains(Timestamp(nanoseconds: time))) else { return true }
    message.unwrap(UnsafeRawBufferPointer(rebasing: line[(commas.6 + 1)...]))
    message.bytes.withUnsafeBytes { body in
      builder.append(
        time: time, component: field(commas.2, commas.3), severity: message.severity, body: body, spanRow: span)
    }
    return true
  }

  /// The first column where it is a time, else the second: on some days the second has overflowed.
  private mutating func time(_ line: UnsafeRawBufferPointer, _ first: Int, _ second: Int) -> Int64? {
    clock.nanoseconds(rfc3339: UnsafeRawBufferPointer(rebasing: line[..<first]))
      ?? decimalInteger(UnsafeRawBufferPointer(rebasing: line[(first + 1)..<second]))
  }

  private static func findCommas(
    _ line: UnsafeRawBufferPointer, _ commas: inout (Int, Int, Int, Int, Int, Int, Int)
  ) -> Bool {
    withUnsafeMutableBytes(of: &commas) { raw in
      let places = raw.assumingMemoryBound(to: Int.self)
      var found = 0
      for (position, byte) in line.enumerated() where byte == UInt8(ascii: ",") {
        places[found] = position
        found += 1
        if found == 7 { return true }
      }
      return false
    }
  }
}
