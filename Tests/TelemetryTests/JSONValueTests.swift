import Testing
import TextReading

@Suite struct JSONValueTests {
  @Test func equalValuesAreEqualBytes() throws {
    let one = try JSONValue(
      parsing: #"{"b":[1,2.5,-0,1e3],"a":{"x":null,"y":true},"c":"\u00e9\n\"\\\u0001"}"#, name: "one")
    let other = try JSONValue(
      parsing: #" { "c" : "é\n\"\\\u0001" , "a":{"y":true,"x":null}, "b":[1.0,2.5,0,1000] } "#, name: "other")
    #expect(one.text == other.text)
    #expect(one.text == #"{"a":{"x":null,"y":true},"b":[1,2.5,0,1000],"c":"é\n\"\\\u0001"}"#)
    #expect(try JSONValue(parsing: one.text, name: "again") == one)
  }

  @Test func membersAreFoundByKind() {
    let value: JSONValue = ["name": "H1", "rank": 2, "share": 0.5, "right": true, "of": ["a", "b"]]
    #expect(value["name"]?.string == "H1")
    #expect(value["rank"]?.integer == 2)
    #expect(value["share"]?.integer == nil)
    #expect(value["share"]?.number == 0.5)
    #expect(value["right"]?.bool == true)
    #expect(value["of"]?.array?.count == 2)
    #expect(value["of"]?.object == nil)
    #expect(value["missing"] == nil)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "nul", "\"\\x\"", "01x", "{} {}", "{\"a\":1,\"a\":2}",
    String(repeating: "[", count: 100_000), "\"\u{1}\"", "NaN", "1e999",
  ])
  func whatIsNoJSONIsAnError(_ text: String) {
    #expect(throws: (any Error).self) { try JSONValue(parsing: text, name: "reply") }
  }

  @Test func bytesThatAreNotUTF8AreAnError() {
    #expect(throws: (any Error).self) {
      try JSONValue(parsing: [UInt8(ascii: "\""), 0xff, UInt8(ascii: "\"")], name: "reply")
    }
  }

  @Test func whatJSONCannotHoldBecomesNull() {
    #expect(JSONValue.number(.nan).text == "null")
    #expect(JSONValue.number(-.infinity).text == "null")
  }
}
