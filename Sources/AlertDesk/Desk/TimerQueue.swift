/// Moments with what is due then, earliest first and in order of creation among equals: a binary heap.
struct TimerQueue: Sendable {
  enum Kind: Int8, Hashable, Sendable {
    case look, escalation, incident
  }

  struct Entry: Hashable, Sendable {
    var at: Int64
    var kind = Kind.look
    /// The number of a group, or of an incident.
    var subject: Int
    var rule: Int32 = 0
  }

  private var heap: [Entry] = []

  var first: Entry? { heap.first }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, Self.isBefore(heap[index], heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    var index = 0
    while true {
      var smallest = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        if Self.isBefore(heap[child], heap[smallest]) { smallest = child }
      }
      if smallest == index { return }
      heap.swapAt(index, smallest)
      index = smallest
    }
  }

  private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    (left.at, left.kind.rawValue, left.subject, left.rule)
      < (right.at, right.kind.rawValue, right.subject, right.rule)
  }
}
