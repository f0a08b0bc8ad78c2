import Foundation
import IncidentModel
import TextReading

/// The events of a history in the order of time, of which only a part is in memory at once.
///
/// An external merge sort: parts that fit are sorted and, where there are several, lie in a file without a name that is gone
/// with this object. Stable: what has the same moment stays in the order in which it came.
final class OrderedEvents: Sendable {
  /// Alerts of one sorted part, as bytes `from ..< to` of the file.
  struct Part: Sendable {
    var from: Int
    var to: Int
  }

  fileprivate let inMemory: [DeskEvent]
  fileprivate let parts: [Part]
  /// Events that are no alerts, which are few; the file has their places here.
  fileprivate let others: [DeskEvent.Content]
  fileprivate let descriptor: Int32
  let count: Int

  fileprivate init(
    inMemory: [DeskEvent], parts: [Part], others: [DeskEvent.Content], descriptor: Int32, count: Int
  ) {
    self.inMemory = inMemory
    self.parts = parts
    self.others = others
    self.descriptor = descriptor
    self.count = count
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Takes events in any order.
  struct Sorter {
    /// So many events are in memory at once.
    var maximumInMemory = 250_000
    private var waiting: [DeskEvent] = []
    private var parts: [Part] = []
    private var others: [DeskEvent.Content] = []
    private var descriptor: Int32 = -1
    private var length = 0
    private var count = 0

    init() {}

    mutating func append(_ event: DeskEvent) throws {
      waiting.append(event)
      count += 1
      if waiting.count >= maximumInMemory { try spill() }
    }

    mutating func finish() throws -> OrderedEvents {
      if !parts.isEmpty { try spill() } else { order() }
      return OrderedEvents(
        inMemory: waiting, parts: parts, others: others, descriptor: descriptor, count: count)
    }

    private mutating func order() {
      let isOrdered = zip(waiting, waiting.dropFirst()).allSatisfy { $0.at <= $1.at }
      guard !isOrdered else { return }
      waiting = waiting.indices.sorted { (waiting[$0].at, $0) < (waiting[$1].at, $1) }.map { waiting[$0] }
    }

    private mutating func spill() throws {
      order()
      if descriptor < 0 { descriptor = try Self.temporaryFile() }
      var bytes: [UInt8] = []
      let from = length
      for event in waiting {
        EventCoding.append(event, to: &bytes, others: &others)
        if bytes.count >= EventCoding.blockBytes { try write(&bytes) }
      }
      try write(&bytes)
      if from < length { parts.append(Part(from: from, to: length)) }
      waiting.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ bytes: inout [UInt8]) throws {
      var done = 0
      while done < bytes.count {
        let written = bytes.withUnsafeBytes {
          pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(length + done))
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw Self.failure() }
        done += written
      }
      length += done
      bytes.removeAll(keepingCapacity: true)
    }

    private static func temporaryFile() throws -> Int32 {
      var template = Array((NSTemporaryDirectory() + "tocsin-history-XXXXXX").utf8CString)
      let descriptor = mkstemp(&template)
      guard descriptor >= 0 else { throw failure() }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      unlink(template)
      return descriptor
    }

    private static func failure() -> DatasetError {
      DatasetError(
        file: NSTemporaryDirectory(), message: "the history cannot be sorted there: \(String(cString: strerror(errno)))"
      )
    }
  }
}

/// Goes through the events once.
package struct EventReader {
  private let events: OrderedEvents
  private var place = 0
  private var heads: [PartReader] = []
  /// The part that is being read, and until when it comes before all others.
  private var current = 0
  private var limit: (at: Timestamp, part: Int)?
  private var last: Timestamp?

  /// A clock that jumps so far is a mistake, and would let a policy repeat itself for as long.
  private static let maximumGapSeconds = 366 * 86_400.0

  init(_ events: OrderedEvents) throws {
    self.events = events
    heads = try events.parts.map { try PartReader($0, events) }
    choose()
  }

  package mutating func next() throws -> DeskEvent? {
    guard let event = try take() else { return nil }
    if let last, last.seconds(until: event.at) > Self.maximumGapSeconds {
      throw DatasetError(
        file: "the history", message: "nothing between \(last) and \(event.at); is one of the two wrong?")
    }
    last = event.at
    return event
  }

  private mutating func take() throws -> DeskEvent? {
    guard !heads.isEmpty else {
      guard place < events.inMemory.count else { return nil }
      place += 1
      return events.inMemory[place - 1]
    }
    guard let event = heads[current].head else { return nil }
    try heads[current].advance(events)
    if let next = heads[current].head, limit.map({ (next.at, current) < ($0.at, $0.part) }) ?? true { return event }
    choose()
    return event
  }

  private mutating func choose() {
    let order = heads.indices.filter { heads[$0].head != nil }.map {
      (at: heads[$0].head?.at ?? Timestamp(nanoseconds: .max), part: $0)
    }
    guard let first = order.min(by: { $0 < $1 }) else { return }
    current = first.part
    limit = order.filter { $0.part != first.part }.min { $0 < $1 }
  }
}

/// Reads one sorted part block by block.
private struct PartReader {
  private(set) var head: DeskEvent?
  private var part: OrderedEvents.Part
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ part: OrderedEvents.Part, _ events: OrderedEvents) throws {
    self.part = part
    try advance(events)
  }

  mutating func advance(_ events: OrderedEvents) throws {
    if let event = EventCoding.read(bytes, &position, events.others) {
      head = event
      return
    }
    guard part.from < part.to else {
      head = nil
      return
    }
    bytes.removeFirst(position)
    position = 0
    // More only where one event is larger than a block.
    repeat { try fill(events.descriptor) } while EventCoding.isCut(bytes) && part.from < part.to
    head = EventCoding.read(bytes, &position, events.others)
  }

  private mutating func fill(_ descriptor: Int32) throws {
    let old = bytes.count
    let wanted = min(EventCoding.blockBytes, part.to - part.from)
    bytes.append(contentsOf: repeatElement(0, count: wanted))
    let got = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress.map { $0 + old }, wanted, off_t(part.from))
    }
    guard got > 0 else { throw DatasetError(file: "the history", message: "what was sorted cannot be read again") }
    bytes.removeLast(wanted - got)
    part.from += got
  }
}
