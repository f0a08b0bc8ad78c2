import IncidentModel

#if canImport(Glibc)
  import Glibc
#endif

/// A whole log of plain text, read in pieces: its templates, and the template of every line.
///
/// Lines end at a line feed, with or without a carriage return before it; what stands after the last one is a line
/// too. Numbers are final: templates are assigned after the last line was read.
package struct MinedLog: Sendable {
  /// Bytes of a line that are kept; the miner looks at fewer.
  private static let keptBytes = 65_536

  package private(set) var templates: [LogTemplate] = []
  /// From the first to the last line that begins with a time; nil without two such lines, or in the wrong order.
  package private(set) var durationSeconds: Double?

  private var miner = LogTemplateMiner(.batch)
  /// The number given when the line was read, a line each.
  private var ids: [LogTemplateID] = []
  /// The beginning of a line whose end was not read yet.
  private var carried: [UInt8] = []
  private var isOpen = false
  private var firstTime: LogTime?
  private var lastTimedLine: [UInt8] = []

  package init() {}

  package var lineCount: Int { ids.count }

  /// Of each line in the order of reading; valid after `finish()`.
  package var templateOfLine: some Sequence<LogTemplateID> { ids.lazy.map { [miner] in miner.current($0) } }

  package mutating func read(_ piece: UnsafeBufferPointer<UInt8>) {
    var rest = piece[...]
    while let end = Self.firstLineFeed(in: rest) {
      let line = rest[..<end]
      if isOpen {
        carry(line)
        let whole = carried
        carried.removeAll(keepingCapacity: true)
        isOpen = false
        whole.withUnsafeBufferPointer { add($0) }
      } else {
        add(UnsafeBufferPointer(rebasing: line))
      }
      rest = rest[(end + 1)...]
    }
    if !rest.isEmpty {
      carry(rest)
      isOpen = true
    }
  }

  private static func firstLineFeed(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let whole = UnsafeBufferPointer(rebasing: bytes)
    guard let start = whole.baseAddress, let found = memchr(start, 10, whole.count) else { return nil }
    return bytes.startIndex + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
  }

  /// Takes the last line and settles the templates; more may be read afterwards.
  package mutating func finish() {
    if isOpen {
      let whole = carried
      carried.removeAll()
      isOpen = false
      whole.withUnsafeBufferPointer { add($0) }
    }
    miner.settle()
    templates = miner.templates
    if let firstTime, let last = LogTime(beginningOf: lastTimedLine) {
      durationSeconds = firstTime.seconds(until: last)
    }
  }

  private mutating func carry(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    carried.append(contentsOf: bytes.prefix(max(0, Self.keptBytes - carried.count)))
  }

  private mutating func add(_ line: UnsafeBufferPointer<UInt8>) {
    let text = line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    ids.append(miner.add(text))
    guard miner.lastLineHadTime else { return }
    let beginning = text.prefix(LogTime.lookedAt)
    if firstTime == nil { firstTime = LogTime(beginningOf: Array(beginning)) }
    lastTimedLine.removeAll(keepingCapacity: true)
    lastTimedLine.append(contentsOf: beginning)
  }
}
