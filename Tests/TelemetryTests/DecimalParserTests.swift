import Foundation
import Testing
import TextReading

@testable import Telemetry

@Suite struct DecimalParserTests {
  private func parse(_ text: String) -> Double? { withUTF8Bytes(text) { DecimalParser().number($0) } }

  private func agrees(_ text: String) -> Bool {
    let expected = strtod(text, nil)
    return parse(text)?.bitPattern == (expected.isFinite ? expected.bitPattern : nil)
  }

  @Test(arguments: [
    "0", "-0", "0.0", "1", "-1", "+1", "1.", ".5", "-.5e1", "1e0", "1E+2", "1e-2", "9007199254740993",
    "9007199254740992.5", "9007199254740993.0000000000000001", "1e22", "1e23", "8.5e-23", "123456789012345678",
    "1234567890123456789", "12345678901234567890", "18446744073709551615", "18446744073709551616",
    "0.000000000000000000000000000012345", "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "1e-400",
    "1.7976931348623157e308", "1e309", "-1e309", "0e99999", "1e55", "1e-27", "1e56", "1e-28", "7.2057594037927933e16",
    "0.1", "0.3", "179769313486231580793e289", "100000000000000000000000000000000000", "0.00000001",
    "12345678.12345678",
  ]) func readsAsTheLibraryDoes(_ text: String) { #expect(agrees(text)) }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "-e5", "abc", "1x", "1 ", " 1", "1e", "1e+", "0x10", "nan", "inf", "1,2", "--1",
  ])
  func refusesWhatIsNotADecimalNumber(_ text: String) { #expect(parse(text) == nil) }

  @Test func agreesOnRandomNumbersOfAllSizes() {
    var state: UInt64 = 0x2545_f491_4f6c_dd1d
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    var disagreeing: [String] = []
    for _ in 0..<60_000 {
      let value = Double(bitPattern: next())
      let digits = String(next() >> (next() % 60))
      let point = Int(next() % UInt64(digits.count + 1))
      let texts = [
        value.isFinite ? "\(value)" : "0", "\(Double(next() % 1_000_000_007) / 997)",
        "\(digits)e\(Int(next() % 90) - 45)",
        digits.prefix(point) + "." + digits.dropFirst(point) + String(next()),
        // Half-way between two doubles.
        "\((1 << 53) + next() % (1 << 53)).5",
      ]
      disagreeing += texts.filter { !agrees($0) }
    }
    #expect(disagreeing == [])
  }
}
