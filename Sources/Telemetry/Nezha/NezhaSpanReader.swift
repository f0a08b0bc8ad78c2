import IncidentModel
import TextReading

/// Reads the spans of minute files: `TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano`.
struct NezhaSpanReader {
  private(set) var builder = SpanTableBuilder()
  private let earliest: Int64
  private let latest: Int64

  /// A trace that begins in the window is followed for so long before and after it.
  static let marginSeconds = 60.0
  private static let columns = [
    "TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano",
  ]

  init(around window: TimeWindow) {
    earliest = window.start.advanced(bySeconds: -Self.marginSeconds).nanoseconds
    latest = window.end.advanced(bySeconds: Self.marginSeconds).nanoseconds
  }

  /// How many rows were damaged.
  mutating func read(_ file: FileBytes, limits: ReadLimits) throws -> Int {
    var damage = NezhaDamage()
    var reader = DelimitedReader(file, limits: limits)
    guard try reader.nextRow() else { throw file.error(at: 0, "the file has no header row") }
    let places = try NezhaHeader.places(of: Self.columns, in: reader)
    let width = reader.fieldCount
    let noParent = UnsafeRawBufferPointer(start: nil, count: 0)
    while try reader.nextRow() {
      damage.countRow()
      guard reader.fieldCount == width, let start = decimalInteger(reader[places[5]]),
        let end = decimalInteger(reader[places[6]])
      else {
        damage.skip(reader.error(field: places[5], "a span needs \(width) fields with times in nanoseconds"))
        continue
      }
      guard earliest <= start, start < latest else { continue }
      let parent = reader[places[2]]
      builder.append(
        trace: reader[places[0]], span: reader[places[1]], parent: NezhaHeader.isRoot(parent) ? noParent : parent,
        component: reader[places[3]], operation: reader[places[4]], start: start, end: end, failed: false)
    }
    try damage.throwIfTooMuch()
    return damage.count
  }
}

enum NezhaHeader {
  /// The position of each column, by its name.
  static func places(of names: [String], in reader: borrowing DelimitedReader) throws -> [Int] {
    var header: [String] = []
    for field in 0..<reader.fieldCount { header.append(reader.text(field)) }
    var places: [Int] = []
    for name in names {
      guard let place = header.firstIndex(of: name) else {
        throw reader.error(field: 0, "the header has no column \(name)")
      }
      places.append(place)
    }
    return places
  }

  static func isRoot(_ parent: UnsafeRawBufferPointer) -> Bool { parent.elementsEqual("root".utf8) }
}

/// A whole number that fills the bytes; nil when they are anything else or it does not fit.
func decimalInteger(_ bytes: UnsafeRawBufferPointer) -> Int64? {
  let isNegative = bytes.first == UInt8(ascii: "-")
  let digits = isNegative ? bytes.dropFirst() : bytes[...]
  guard !digits.isEmpty else { return nil }
  var value: Int64 = 0
  for byte in digits {
    guard isDigit(byte) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = product.subtractingReportingOverflow(Int64(byte &- 48))
    if overflow || carry { return nil }
    value = sum
  }
  if isNegative { return value }
  return value == .min ? nil : -value
}
