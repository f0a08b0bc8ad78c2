/// What stands in a place where lines of one statement differ.
package enum SlotKind: UInt8, Sendable, CaseIterable {
  /// A word: constant until lines show otherwise.
  case word
  /// Several kinds of value, or words that vary.
  case any
  case number
  case hexadecimal
  case uuid
  case address
  case path
  case url
  case time
  case duration
  case size
  /// Letters mixed with digits: `blk_17`, `eth0`, `node-a1`.
  case identifier
  /// Nothing between brackets or after an equals sign.
  case empty

  /// How templates show it.
  package var text: String {
    switch self {
    case .word, .any, .identifier: "<*>"
    case .number: "<num>"
    case .hexadecimal: "<hex>"
    case .uuid: "<uuid>"
    case .address: "<ip>"
    case .path: "<path>"
    case .url: "<url>"
    case .time: "<time>"
    case .duration: "<duration>"
    case .size: "<size>"
    case .empty: ""
    }
  }
}

/// Which kinds were seen in one place.
struct SlotKinds: OptionSet, Hashable {
  var rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ kind: SlotKind) { rawValue = 1 << UInt16(kind.rawValue) }

  /// The narrowest kind that covers all seen.
  var common: SlotKind {
    let values = subtracting(SlotKinds(.empty))
    if values.isEmpty { return .empty }
    if let single = SlotKind.allCases.first(where: { values == SlotKinds($0) }) { return single }
    let numeric: SlotKinds = [SlotKinds(.number), SlotKinds(.hexadecimal)]
    if values.isSubset(of: numeric) { return .hexadecimal }
    if values.isSubset(of: [SlotKinds(.number), SlotKinds(.duration)]) { return .duration }
    if values.isSubset(of: [SlotKinds(.number), SlotKinds(.size)]) { return .size }
    if values.isSubset(of: [SlotKinds(.path), SlotKinds(.url)]) { return .path }
    return .any
  }
}
