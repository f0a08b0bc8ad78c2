/// Moments with what is due then, earliest first and in order of creation among equals: a binary heap.
struct TimerQueue: Sendable {
  enum Kind: Int8, Hashable, Sendable {
    case look, escalation, incident
  }

  /// Sixteen bytes: every group has one.
  struct Entry: Hashable, Sendable {
    var at: Int64
    /// The number of a group, or of an incident.
    var subject: Int32
    var rule: Int16 = 0
    var kind = Kind.look
  }

  private var heap: [Entry] = []
  /// Twice as many as there were when they were made anew: those that were moved meanwhile are still there.
  private var limit = minimumLimit

  private static let minimumLimit = 1024

  var isFull: Bool { heap.count >= limit }

  mutating func makeAnew(_ fill: (inout TimerQueue) -> Void) {
    var anew = TimerQueue()
    fill(&anew)
    anew.limit = max(Self.minimumLimit, 2 * anew.heap.count)
    self = anew
  }

  var first: Entry? { heap.first }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, Self.isBefore(entry, heap[(index - 1) / 2]) {
      heap[index] = heap[(index - 1) / 2]
      index = (index - 1) / 2
    }
    heap[index] = entry
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
      guard Self.isBefore(heap[child], last) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
  }

  private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    if left.at != right.at { return left.at < right.at }
    return (left.kind.rawValue, left.subject, left.rule) < (right.kind.rawValue, right.subject, right.rule)
  }
}
