import ConfigurationReading
import Testing

@Suite struct StrictMappingTests {
  struct Problem: FileProblem {
    var file: String
    var line: Int?
    var column: Int?
    var message: String
  }

  private func mapping(_ yaml: String) throws -> StrictMapping<Problem> {
    try StrictValue<Problem>(yaml: yaml, file: "a.yaml").mapping()
  }

  /// Few keys are looked through and many are looked up: both must answer the same.
  @Test(arguments: [1, 2, 15, 16, 17, 18, 200]) func everyKeyHasItsOwnValue(count: Int) throws {
    let mapping = try mapping((0..<count).map { "key\($0): \($0)\n" }.joined() + "nothing:\n")
    #expect(mapping.keys == (0..<count).map { "key\($0)" } + ["nothing"])
    for number in 0..<count {
      #expect(try mapping.value("key\(number)").integer(in: 0...1000) == number)
      #expect(mapping.key("key\(number)")?.line == number + 1)
    }
    #expect(mapping["nothing"] == nil)
    #expect(mapping.key("nothing")?.line == count + 1)
    #expect(mapping["key\(count)"] == nil)
    #expect(mapping.key("key\(count)") == nil)
  }

  @Test(arguments: [1, 30]) func mergedKeysComeAfterItsOwnAndGiveWay(count: Int) throws {
    let shared = (0..<count).map { "  key\($0): shared\n" }.joined()
    let whole = try mapping("shared: &shared\n\(shared)own:\n  <<: *shared\n  key0: own\n  other: own\n")
    let own = try whole.value("own").mapping().merged()
    #expect(own.keys == ["key0", "other"] + (1..<count).map { "key\($0)" })
    #expect(try own.value("key0").text() == "own")
    if count > 1 { #expect(try own.value("key\(count - 1)").text() == "shared") }
  }

  @Test(arguments: [0, 40]) func whatIsUnknownAndWhatIsMissingIsNamedWithItsPlace(known: Int) throws {
    let names = (0..<known).map { "key\($0)" }
    let mapping = try mapping(names.map { "\($0): 1\n" }.joined() + "colour: red\nname:\n")
    let table = KeyTable(required: ["name", "size"], optional: names, reasons: ["size": "say how large it is"])
    let problems = mapping.problems(table)
    #expect(problems.map(\.line) == [known + 1, known + 2, 1])
    #expect(problems.first?.message.hasPrefix("unknown key “colour”; known are name, size") == true)
    #expect(problems.dropFirst().map(\.message) == ["“name” is missing", "say how large it is"])
  }

  @Test func aValueIsCalledByItsKey() throws {
    func message(_ read: () throws(Problem) -> some Any) -> String? {
      do {
        _ = try read()
        return nil
      } catch {
        return error.message
      }
    }
    let mapping = try mapping("size: big\nlist: [[1, x]]\n")
    let size = try mapping.value("size")
    #expect(
      message { () throws(Problem) in try size.integer(in: 1...9) } == "“size” must be a whole number from 1 to 9")
    let inner = try #require(try mapping.value("list").list().first).list()
    #expect(
      message { () throws(Problem) in try inner[1].integer(in: 1...9) }
        == "an entry of an entry of “list” must be a whole number from 1 to 9")
    let whole = try StrictValue<Problem>(yaml: "[1]", file: "a.yaml")
    #expect(
      message { () throws(Problem) in try whole.mapping() } == "this must hold keys and values, as in “key: value”")
  }
}
