/// An amount of a resource, exact to a thousandth as the scheduler counts: `500m`, `1.5Gi`, `2e3`, `-5`.
///
/// What is finer than a thousandth is rounded away from zero, as Kubernetes does.
package struct Quantity: Hashable, Comparable, Sendable {
  /// Thousandths of a core, a byte or a piece.
  package var thousandths: Int128

  package init(thousandths: Int128) { self.thousandths = thousandths }

  package init(whole: Int) { thousandths = Int128(whole) * 1000 }

  package static let zero = Quantity(thousandths: 0)

  package static func < (left: Quantity, right: Quantity) -> Bool { left.thousandths < right.thousandths }
  package static func + (left: Quantity, right: Quantity) -> Quantity {
    Quantity(thousandths: left.thousandths + right.thousandths)
  }
  package static func - (left: Quantity, right: Quantity) -> Quantity {
    Quantity(thousandths: left.thousandths - right.thousandths)
  }
  package static func += (left: inout Quantity, right: Quantity) { left = left + right }

  package var isZero: Bool { thousandths == 0 }

  /// Whole units, rounded up.
  package var roundedUp: Quantity {
    let rest = thousandths % 1000
    return rest == 0 ? self : Quantity(thousandths: thousandths - rest + (rest > 0 ? 1000 : 0))
  }

  package var value: Double { Double(thousandths) / 1000 }

  /// Nil for what Kubernetes would not accept, such as `1e3Ki`, and for amounts beyond nine exa.
  package init?(_ text: String) {
    var text = text
    guard let value = text.withUTF8({ Self.parse($0) }) else { return nil }
    self = value
  }

  /// Beyond this the API server itself would cut off (2⁶³ pieces).
  private static let maximum = Int128(Int64.max) * 1000

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Quantity? {
    var index = 0
    var isNegative = false
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      index = 1
    }
    var mantissa: Int128 = 0
    var digitCount = 0
    var decimals = 0
    var isBehindPoint = false
    scan: while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digitCount += 1
        guard digitCount <= 30 else { return nil }
        mantissa = mantissa * 10 + Int128(bytes[index] - 48)
        if isBehindPoint { decimals += 1 }
      case UInt8(ascii: "."):
        guard !isBehindPoint else { return nil }
        isBehindPoint = true
      default: break scan
      }
      index += 1
    }
    guard digitCount > 0, let scale = Scale(bytes[index...]) else { return nil }
    guard let value = scale.thousandths(mantissa, decimals: decimals), value <= maximum else { return nil }
    return Quantity(thousandths: isNegative ? -value : value)
  }

  /// What a suffix multiplies by: a power of ten and a power of 1024.
  private struct Scale {
    var ten = 0
    var binary = 0

    init?(_ suffix: Slice<UnsafeBufferPointer<UInt8>>) {
      let text = String(decoding: suffix, as: UTF8.self)
      switch text {
      case "": break
      case "n": ten = -9
      case "u": ten = -6
      case "m": ten = -3
      case "k": ten = 3
      case "M": ten = 6
      case "G": ten = 9
      case "T": ten = 12
      case "P": ten = 15
      case "E": ten = 18
      case "Ki": binary = 1
      case "Mi": binary = 2
      case "Gi": binary = 3
      case "Ti": binary = 4
      case "Pi": binary = 5
      case "Ei": binary = 6
      default:
        guard text.first == "e" || text.first == "E", let exponent = Int(text.dropFirst()), abs(exponent) <= 30 else {
          return nil
        }
        ten = exponent
      }
    }

    /// Nil on overflow.
    func thousandths(_ mantissa: Int128, decimals: Int) -> Int128? {
      var value = mantissa
      for _ in 0..<binary {
        let (product, overflow) = value.multipliedReportingOverflow(by: 1024)
        if overflow { return nil }
        value = product
      }
      var places = ten + 3 - decimals
      while places > 0, value != 0 {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        value = product
        places -= 1
      }
      var divisor: Int128 = 1
      while places < 0, divisor <= value {
        divisor *= 10
        places += 1
      }
      // Past the first digit everything is a fraction of one thousandth.
      if places < 0, value != 0 { return 1 }
      return (value + divisor - 1) / divisor
    }
  }
}

extension Quantity: CustomStringConvertible {
  /// `500m`, `3`, `1536Mi`: with the largest binary unit that leaves a whole number.
  package var description: String {
    if thousandths % 1000 != 0 { return "\(thousandths)m" }
    var whole = thousandths / 1000
    guard whole != 0 else { return "0" }
    for unit in ["", "Ki", "Mi", "Gi", "Ti", "Pi"] {
      if whole % 1024 != 0 { return "\(whole)\(unit)" }
      whole /= 1024
    }
    return "\(whole)Ei"
  }
}

/// Amounts by the resource's name (`cpu`, `memory`, `nvidia.com/gpu`, `requests.storage`), sorted by it.
package struct ResourceList: Hashable, Sendable {
  package private(set) var entries: [Entry] = []

  package struct Entry: Hashable, Sendable {
    package var name: String
    package var amount: Quantity
  }

  package init() {}

  package init(_ amounts: [String: Quantity]) {
    entries = amounts.map { Entry(name: $0.key, amount: $0.value) }.sorted { $0.name < $1.name }
  }

  package var isEmpty: Bool { entries.isEmpty }

  package subscript(name: String) -> Quantity? {
    get { entries.first { $0.name == name }?.amount }
    set {
      let place = entries.firstIndex { $0.name >= name } ?? entries.count
      let isThere = place < entries.count && entries[place].name == name
      switch (newValue, isThere) {
      case (let amount?, true): entries[place].amount = amount
      case (let amount?, false): entries.insert(Entry(name: name, amount: amount), at: place)
      case (nil, true): entries.remove(at: place)
      case (nil, false): break
      }
    }
  }

  package mutating func add(_ other: ResourceList) {
    for entry in other.entries { self[entry.name] = (self[entry.name] ?? .zero) + entry.amount }
  }

  /// The larger of both, resource by resource.
  package mutating func raise(to other: ResourceList) {
    for entry in other.entries { self[entry.name] = max(self[entry.name] ?? entry.amount, entry.amount) }
  }
}
