import IncidentModel
import TextReading

/// Reads objects from JSON straight into values. What has another type than the API gives it is passed over and
/// counted; only text that is no JSON is an error.
struct ObjectScanner: ~Copyable {
  var json: JSONReader
  var notes = ReadingNotes()
  var newestTime: Timestamp?
  private var texts = TextCache()
  private var clock = ClockText()

  init(_ file: FileBytes, limits: ReadLimits) throws { json = try JSONReader(file, limits: limits) }

  // MARK: - Values

  /// Moves into an object; false, and past the value, where there is none.
  mutating func object() throws -> Bool {
    if json.peek() == UInt8(ascii: "{") {
      try json.beginObject()
      return true
    }
    try skipMistyped()
    return false
  }

  mutating func array() throws -> Bool {
    if json.peek() == UInt8(ascii: "[") {
      try json.beginArray()
      return true
    }
    try skipMistyped()
    return false
  }

  /// Null stands for a missing value everywhere in the API.
  mutating func skipMistyped() throws {
    if json.peek() != UInt8(ascii: "n") { notes.mistypedCount += 1 }
    try json.skipValue()
  }

  mutating func text() throws -> String { try textIfAny() ?? "" }

  /// A string; a number or a truth value as it is written, since YAML loses the quotes.
  mutating func textIfAny() throws -> String? {
    switch json.peek() {
    case UInt8(ascii: "\""): return texts.text(try json.string())
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"):
      try skipMistyped()
      return nil
    default: return texts.text(try json.rawValue())
    }
  }

  mutating func integer() throws -> Int { try integerIfAny() ?? 0 }

  mutating func integerIfAny() throws -> Int? {
    let first = json.peek()
    if first == UInt8(ascii: "\"") {
      let text = String(decoding: try json.string(), as: UTF8.self)
      if let value = Int(text) { return value }
      notes.mistypedCount += 1
      return nil
    }
    guard first == UInt8(ascii: "-") || isDigit(first) else {
      try skipMistyped()
      return nil
    }
    guard let value = Int(exactly: try json.number().rounded()) else {
      notes.mistypedCount += 1
      return nil
    }
    return value
  }

  mutating func flag() throws -> Bool {
    switch json.peek() {
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return try json.bool()
    default:
      try skipMistyped()
      return false
    }
  }

  /// A moment; remembers the newest of all.
  mutating func time() throws -> Timestamp? {
    guard json.peek() == UInt8(ascii: "\"") else {
      try skipMistyped()
      return nil
    }
    guard let nanoseconds = clock.nanoseconds(rfc3339: try json.string()) else {
      notes.mistypedCount += 1
      return nil
    }
    let time = Timestamp(nanoseconds: nanoseconds)
    if time > newestTime ?? Timestamp(nanoseconds: .min) { newestTime = time }
    return time
  }

  mutating func texts(_ limit: Int = 10_000) throws -> [String] {
    guard try array() else { return [] }
    var all: [String] = []
    while try json.nextElement() {
      if let text = try textIfAny(), all.count < limit { all.append(text) }
    }
    return all
  }

  /// The texts under a key of each object in a list: `[{"name": "a"}, {"name": "b"}]`.
  mutating func texts(under key: StaticString) throws -> [String] {
    guard try array() else { return [] }
    var all: [String] = []
    while try json.nextElement() {
      guard try object() else { continue }
      while try json.nextMember() {
        if json.keyIs(key) { all.append(try text()) } else { try json.skipValue() }
      }
    }
    return all
  }

  mutating func key() -> String { texts.text(json.key) }

  mutating func labels() throws -> Labels {
    guard try object() else { return Labels() }
    var entries: [Labels.Entry] = []
    while try json.nextMember() {
      let key = key()
      entries.append(Labels.Entry(key: key, value: try text()))
    }
    return Labels(entries)
  }

  // MARK: - Amounts

  mutating func quantity() throws -> Quantity? {
    guard let text = try textIfAny() else { return nil }
    guard let quantity = Quantity(text) else {
      notes.add(badQuantity: text)
      return nil
    }
    return quantity
  }

  /// Amounts by name. Less than nothing cannot be asked for and is left out.
  mutating func resources() throws -> ResourceList {
    var list = ResourceList()
    guard try object() else { return list }
    while try json.nextMember() {
      let name = key()
      guard let amount = try quantity() else { continue }
      if amount < .zero {
        notes.add(badQuantity: "\(amount)")
      } else {
        list[name] = amount
      }
    }
    return list
  }

  mutating func selector() throws -> LabelSelector {
    var selector = LabelSelector()
    guard try object() else { return selector }
    while try json.nextMember() {
      if json.keyIs("matchLabels") {
        selector.matchLabels = try labels()
      } else if json.keyIs("matchExpressions") {
        selector.matchExpressions = try requirements()
      } else {
        try json.skipValue()
      }
    }
    return selector
  }

  mutating func requirements() throws -> [LabelRequirement] {
    guard try array() else { return [] }
    var all: [LabelRequirement] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var requirement = LabelRequirement(key: "", relation: nil, values: [])
      while try json.nextMember() {
        if json.keyIs("key") {
          requirement.key = try text()
        } else if json.keyIs("operator") {
          requirement.relation = LabelRequirement.Operator(rawValue: try text())
        } else if json.keyIs("values") {
          requirement.values = try texts()
        } else {
          try json.skipValue()
        }
      }
      all.append(requirement)
    }
    return all
  }

  mutating func conditions(heartbeat: inout Timestamp?) throws -> [ObjectCondition] {
    guard try array() else { return [] }
    var all: [ObjectCondition] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var condition = ObjectCondition()
      while try json.nextMember() {
        if json.keyIs("type") {
          condition.type = try text()
        } else if json.keyIs("status") {
          condition.status = try text()
        } else if json.keyIs("reason") {
          condition.reason = try text()
        } else if json.keyIs("message") {
          condition.message = try text()
        } else if json.keyIs("lastTransitionTime") {
          condition.changedAt = try time()
        } else if json.keyIs("lastHeartbeatTime") {
          if let time = try time() { heartbeat = max(heartbeat ?? time, time) }
        } else {
          try json.skipValue()
        }
      }
      all.append(condition)
    }
    return all
  }

  mutating func conditions() throws -> [ObjectCondition] {
    var heartbeat: Timestamp?
    return try conditions(heartbeat: &heartbeat)
  }
}

/// Gives equal short texts the same memory: names, images and label keys come again thousands of times.
struct TextCache {
  private static let slotCount = 1 << 12
  private var slots = [String](repeating: "", count: slotCount)

  mutating func text(_ bytes: UnsafeRawBufferPointer) -> String {
    // Up to 15 bytes a text needs no memory of its own; long ones rarely repeat.
    guard bytes.count > 15, bytes.count <= 256 else { return String(decoding: bytes, as: UTF8.self) }
    let slot = Int(truncatingIfNeeded: textHash(bytes) & UInt64(Self.slotCount - 1))
    let isSame = slots[slot].utf8.withContiguousStorageIfAvailable { stored in
      stored.count == bytes.count && zip(stored, bytes).allSatisfy { $0 == $1 }
    }
    if isSame == true { return slots[slot] }
    let text = String(decoding: bytes, as: UTF8.self)
    slots[slot] = text
    return text
  }
}

/// A 64-bit hash of a text that is the same in every run (FNV-1a over words of eight bytes).
func textHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  var index = 0
  while bytes.count - index >= 8 {
    hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x100_0000_01b3
    hash ^= hash >> 32
    index += 8
  }
  while index < bytes.count {
    hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
    index += 1
  }
  return hash ^ (hash >> 29)
}
