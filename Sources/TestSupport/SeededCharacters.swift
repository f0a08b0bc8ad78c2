/// Made-up characters from a seed: the same seed, the same text (SplitMix64, Steele et al. 2014).
package struct SeededCharacters: Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package static let digits = "0123456789"
  package static let lowercase = "abcdefghijklmnopqrstuvwxyz"
  package static let uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  package static let hexadecimal = "0123456789abcdef"
  package static let alphanumeric = digits + lowercase + uppercase
  package static let base64 = alphanumeric + "+/"
  package static let base64URL = alphanumeric + "-_"

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// From 0 up to, but not including, the bound, which is positive.
  package mutating func number(below bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  package mutating func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + number(below: range.count) }

  package mutating func text(_ count: Int, of alphabet: String) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters[number(below: letters.count)] })
  }

  /// One of the choices, of which there is at least one.
  package mutating func one<Choice>(of choices: [Choice]) -> Choice { choices[number(below: choices.count)] }
}
