import Foundation

/// Numbers byte strings 0, 1, 2, … in the order of their first appearance.
///
/// Open addressing over Swift's seeded hash, so that hostile names cannot make it slow; the numbers do not depend on
/// the seed.
package struct ByteInterner: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// Positions in `ends`, or -1; a power of two long, at most half full.
  private var slots: [Int32] = [Int32](repeating: -1, count: 64)
  private var lastNumber: Int32 = -1

  package init() {}

  package var count: Int { ends.count }

  /// The name with a number; bytes that are not UTF-8 become U+FFFD.
  package func text(_ number: Int32) -> String { String(decoding: bytes[range(Int(number))], as: UTF8.self) }

  /// The number of a name, given a new one where it is new.
  package mutating func number(of name: UnsafeRawBufferPointer) -> Int32 { number(prefix: nil, name) }

  /// The number of the pair of a number and a name, for names that are unique within something only.
  package mutating func number(prefix: Int32?, _ name: UnsafeRawBufferPointer) -> Int32 {
    if lastNumber >= 0, holds(lastNumber, prefix, name) { return lastNumber }
    var slot = Self.hash(prefix, name) & (slots.count - 1)
    while slots[slot] >= 0 {
      if holds(slots[slot], prefix, name) {
        lastNumber = slots[slot]
        return lastNumber
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = Int32(truncatingIfNeeded: ends.count)
    slots[slot] = number
    if let prefix { withUnsafeBytes(of: prefix) { bytes.append(contentsOf: $0) } }
    bytes.append(contentsOf: name)
    ends.append(bytes.count)
    lastNumber = number
    if ends.count * 2 > slots.count { enlarge(hasPrefix: prefix != nil) }
    return number
  }

  /// The number of a name that was given one before; nil otherwise.
  package func existingNumber(prefix: Int32? = nil, _ name: UnsafeRawBufferPointer) -> Int32? {
    var slot = Self.hash(prefix, name) & (slots.count - 1)
    while slots[slot] >= 0 {
      if holds(slots[slot], prefix, name) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

  @inline(__always)
  private func holds(_ number: Int32, _ prefix: Int32?, _ name: UnsafeRawBufferPointer) -> Bool {
    let range = range(Int(number))
    let prefixCount = prefix == nil ? 0 : 4
    guard range.count == name.count + prefixCount else { return false }
    return bytes.withUnsafeBytes { stored in
      guard let base = stored.baseAddress else { return name.isEmpty }
      let start = base + range.lowerBound
      if let prefix, start.loadUnaligned(as: Int32.self) != prefix { return false }
      guard let nameBase = name.baseAddress else { return true }
      return memcmp(start + prefixCount, nameBase, name.count) == 0
    }
  }

  private static func hash(_ prefix: Int32?, _ name: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    if let prefix { hasher.combine(prefix) }
    hasher.combine(bytes: name)
    return hasher.finalize()
  }

  private mutating func enlarge(hasPrefix: Bool) {
    var larger = [Int32](repeating: -1, count: slots.count * 2)
    bytes.withUnsafeBytes { stored in
      for number in ends.indices {
        let range = range(number)
        var prefix: Int32?
        var name = UnsafeRawBufferPointer(rebasing: stored[range])
        if hasPrefix {
          prefix = name.loadUnaligned(as: Int32.self)
          name = UnsafeRawBufferPointer(rebasing: name[4...])
        }
        var slot = Self.hash(prefix, name) & (larger.count - 1)
        while larger[slot] >= 0 { slot = (slot + 1) & (larger.count - 1) }
        larger[slot] = Int32(truncatingIfNeeded: number)
      }
    }
    slots = larger
  }
}

/// Numbers names again in the order in which a column's rows use them, so that equal rows give equal tables.
func renumber(_ column: inout [Int32], count: Int) -> (order: [Int32], numbers: [Int32]) {
  var numbers = [Int32](repeating: -1, count: count)
  var order: [Int32] = []
  for row in column.indices {
    let old = Int(column[row])
    if numbers[old] < 0 {
      numbers[old] = Int32(truncatingIfNeeded: order.count)
      order.append(column[row])
    }
    column[row] = numbers[old]
  }
  return (order, numbers)
}

/// The rows of a column in ascending order, equal ones as they came; nil when they are in order already.
func ascendingOrder(_ column: [Int64]) -> [Int]? {
  var isAscending = true
  for index in column.indices.dropFirst() where column[index] < column[index - 1] {
    isAscending = false
    break
  }
  if isAscending { return nil }
  return column.indices.sorted { (column[$0], $0) < (column[$1], $1) }
}
