/// Why a request of the shop was not answered as its sender wanted.
package struct ShopFailure: Error, Sendable, CustomStringConvertible {
  /// As HTTP names it.
  package var status: Int
  package var message: String

  package init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  package var description: String { message }
}

/// Repeatable numbers without any claim but speed: SplitMix64 (Steele, Lea and Flood, 2014).
package struct QuickRandom: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// In 0 ..< 1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  package mutating func index(below count: Int) -> Int { Int(unit() * Double(count)) }
}
