import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct JSONReaderTests {
  private func values(_ text: String, limits: ReadLimits = ReadLimits()) throws -> [String] {
    var reader = try JSONReader(FileBytes(text), limits: limits)
    var values: [String] = []
    while try reader.nextRecord() {
      while try reader.nextMember() {
        if reader.keyIs("a") { values.append(try reader.text()) } else { try reader.skipValue() }
      }
    }
    return values
  }

  private func error(_ text: String, limits: ReadLimits = ReadLimits()) -> DatasetError? {
    datasetError { _ = try values(text, limits: limits) }
  }

  @Test func recordsLineByLine() throws {
    #expect(try values("{\"a\":\"1\"}\n\n  {\"b\":2, \"a\" : \"x\"}\r\n{}\n") == ["1", "x"])
    #expect(try values("\u{feff}{\"a\":\"é\"}") == ["é"])
    #expect(try values("") == [])
  }

  @Test func otherValuesArePassedOver() throws {
    let text = #"{"n":-1.5e3,"o":{"x":[1,{"y":[]},"]"],"z":{}},"t":true,"f":false,"u":null,"e":[],"s":"\"}","a":"end"}"#
    #expect(try values(text) == ["end"])
  }

  @Test func escapes() throws {
    #expect(try values(#"{"a":"q\"b\\s\/n\nt\tu\u00e9 \ud83d\ude00 \ud83d!"}"#) == ["q\"b\\s/n\nt\tué 😀 \u{fffd}!"])
    #expect(try values(#"{"\u0061":"key"}"#) == ["key"])
  }

  @Test(arguments: [
    (#"{"a":"x"} {"#, 11), (#"{"a":"x",}"#, 10), (#"{"a":"x""#, 9), (#"{"a" "x"}"#, 6), (#"{"b":tru}"#, 6),
    (#"{"b":[1,]}"#, 9), (#"{"b":[1 2]}"#, 9), (#"{"a":"x}"#, 9), (#"[1]"#, 1), (#"{"a":"\x"}"#, 7),
    (#"{"a":"\u12g4"}"#, 11), ("{\"a\":\"\t\"}", 7), (#"{"b":]}"#, 6), (#"{"b":1e999}"#, 6), (#"{"b":-}"#, 6), ("{", 2),
  ]) func malformedRecordsHaveAPlace(_ text: String, _ column: Int) {
    let found = error("{}\n" + text)
    #expect(found?.line == 2)
    #expect(found?.column == column)
  }

  @Test func nestingIsBounded() {
    for opening in ["[", "{\"x\":"] {
      let text = "{\"b\":" + String(repeating: opening, count: 100_000)
      let found = error(text)
      #expect(found?.message.contains("deeper than 128") == true)
      #expect(found?.line == 1)
    }
  }

  @Test func linesAreBounded() {
    var limits = ReadLimits()
    limits.maximumLineBytes = 20
    #expect(error("{\"a\":\"12345678901\"}\n", limits: limits) == nil)
    let found = error("{}\n{\"a\":\"1234567890123\"}\n", limits: limits)
    #expect(found?.line == 2)
    #expect(found?.message.contains("longer than 20 bytes") == true)
  }

  @Test func bytesThatAreNotUTF8HaveAPlace() {
    for bad: [UInt8] in [
      [0xff], [0xc3, 0x28], [0xe2, 0x82], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
    ] {
      let bytes = Array("{}\n{\"a\":\"ok é 😀 ".utf8) + bad + Array("\"}".utf8)
      let found = datasetError { _ = try JSONReader(FileBytes(name: "input", bytes: bytes)) }
      #expect(found?.line == 2)
      #expect(found?.column == 18)
    }
  }

  @Test(arguments: [
    ("\"2026-03-01T03:12:40Z\"", 1_772_334_760_000_000_000), ("\"2026-03-01 03:12:40.25\"", 1_772_334_760_250_000_000),
    ("\"2026-03-01T05:12:40+02:00\"", 1_772_334_760_000_000_000), ("1772334760", 1_772_334_760_000_000_000),
    ("1772334760.123456789", 1_772_334_760_123_456_789), ("-1.5", -1_500_000_000), ("1.5e1", 15_000_000_000),
  ]) func timesAreExact(_ text: String, _ nanoseconds: Int64) throws {
    var reader = try JSONReader(FileBytes(text))
    #expect(try reader.timestamp() == nanoseconds)
  }

  @Test(arguments: [
    "\"yesterday\"", "\"2026-13-01T00:00:00Z\"", "1772334760000", "\"\"", "true", "\"2026-03-01T03:12:40Zx\"",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    let found = datasetError {
      var reader = try JSONReader(FileBytes(text))
      _ = try reader.timestamp()
    }
    #expect(found?.column == 1)
  }
}
