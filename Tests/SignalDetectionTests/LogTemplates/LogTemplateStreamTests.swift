import SignalDetection
import Testing

@Suite struct LogTemplateStreamTests {
  private static let users = ["ada", "bob", "cleo", "dan", "eve", "finn", "gus", "hal", "ida", "jon", "kim", "leo"]

  /// Lines of seven statements, the same on every machine.
  private func log(lines: Int) -> [String] {
    var state: UInt64 = 7
    return (0..<lines).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Int(state >> 40)
      let user = Self.users[value % Self.users.count]
      switch value % 7 {
      case 0: return "login of user \(user) from 10.0.0.\(value % 250)"
      case 1: return "logout of user \(user) from 10.0.0.\(value % 250)"
      case 2: return "cache hit ratio \(value % 100)%"
      case 3: return "request GET /items/\(value) served in \(value % 900) ms"
      case 4: return "request POST /items served in \(value % 900) ms"
      case 5: return "retry \(index) of block blk_\(value) to node-\(value % 9)"
      default: return "queue is empty"
      }
    }
  }

  @Test func streamingAndBatchFindTheSameGroups() {
    let lines = log(lines: 3000)
    var stream = LogTemplateMiner(.streaming)
    var batch = LogTemplateMiner(.batch)
    let streamed = lines.map { stream.add($0) }
    let batched = lines.map { batch.add($0) }
    batch.settle()
    #expect(streamed.map { stream.template($0) } == batched.map { batch.template($0) })
    #expect(stream.templates.map(\.text) == batch.templates.map(\.text))
    #expect(batch.templates.count == 7)
  }

  /// Lines by the fingerprint of their template.
  private func counts(_ lines: [String], _ mode: LogTemplateMiner.Mode = .batch) -> [UInt64: Int] {
    var miner = LogTemplateMiner(mode)
    for line in lines { _ = miner.add(line) }
    miner.settle()
    return Dictionary(miner.templates.map { ($0.fingerprint, $0.count) }) { $0 + $1 }
  }

  @Test func aStatementHasOneFingerprintInEveryLog() {
    let lines = log(lines: 3000)
    let whole = counts(lines)
    #expect(whole.count == 7)
    #expect(counts(lines.reversed()) == whole)
    #expect(counts(lines.sorted()) == whole)
    #expect(counts(lines, .streaming) == whole)
    // A longer log adds statements and keeps those it had.
    let longer = counts(lines + ["one more statement of another kind"] + log(lines: 500))
    #expect(Set(whole.keys).isSubset(of: longer.keys))
    #expect(longer.count == 8)
  }

  @Test func namesAreOfOneLength() {
    var miner = LogTemplateMiner()
    _ = miner.add("queue is empty")
    #expect(miner.templates.map(\.name.count) == [13])
    #expect(
      LogTemplate(id: .overflow, fingerprint: 0, text: "<*>", count: 1).name == "T000000000000")
  }

  @Test func junkWithAStatementInItStillShowsTheStatement() {
    // Every junk line has words of its own in every place, and as many as the statement.
    let junk = (0..<400).map { index in
      (0..<6).map {
        "w" + String(decoding: String(index * 6 + $0, radix: 7).utf8.map { $0 + 49 }, as: UTF8.self)
      }
      .joined(separator: " ")
    }
    let statement = Self.users.map { "login of user \($0) was refused" }
    var miner = LogTemplateMiner(.batch)
    for line in junk + statement { _ = miner.add(line) }
    miner.settle()
    #expect(miner.templates.count == junk.count + 1)
    #expect(miner.templates.last?.text == "login of user <*> was refused")
  }

  @Test func aMergedTemplateKeepsTheSmallestNumberAndOldNumbersStayValid() {
    var miner = LogTemplateMiner(.streaming)
    let ids = Self.users.map { miner.add("login of user \($0) from 10.0.0.1") }
    #expect(Set(ids).count > 1)
    #expect(Set(ids.map { miner.current($0) }) == [LogTemplateID(rawValue: 1)])
    let later = miner.add("a line of its own")
    #expect(ids.allSatisfy { $0 < later })
    #expect(miner.templates.map(\.count) == [Self.users.count, 1])
  }

  @Test func aWordNeverSeenFitsAnOpenSlotAtOnce() {
    var miner = LogTemplateMiner(.streaming)
    for user in Self.users { _ = miner.add("login of user \(user) from 10.0.0.1") }
    let standing = miner.templates.count
    let id = miner.add("login of user zoe from 10.0.0.9")
    #expect(miner.current(id) == LogTemplateID(rawValue: 1))
    #expect(miner.templates.count == standing)
  }

  @Test func templatesAreBoundedAndNoLineIsLost() {
    var limits = LogTemplateMiner.Limits()
    limits.templates = 100
    limits.issued = 1000
    for mode in [LogTemplateMiner.Mode.streaming, .batch] {
      var miner = LogTemplateMiner(mode, limits: limits)
      for index in 0..<2000 {
        // Words of letters only, never the same twice, in lines of one to four words.
        let word = String(decoding: String(index, radix: 7).utf8.map { $0 - 48 + 97 }, as: UTF8.self)
        _ = miner.add((0...index % 4).map { word + String(repeating: "x", count: $0) }.joined(separator: " "))
      }
      miner.settle()
      #expect(miner.templates.count <= 101)
      #expect(miner.templates.reduce(0) { $0 + $1.count } == 2000)
      #expect(miner.template(.overflow) == "<*>")
      #expect(miner.templates.first?.id == .overflow)
    }
  }

  @Test func anyBytesAreReadAndTheResultIsTheSameEachTime() {
    func run() -> [LogTemplate] {
      var miner = LogTemplateMiner(.streaming)
      var state: UInt64 = 99
      let alphabet = Array("ab1 2:3.=,()[]{}\"'/\\-:: 0x..__%\u{e9}\tJul 12:00:00 2026-01-01".utf8) + [0, 255, 128]
      for _ in 0..<1000 {
        var line: [UInt8] = []
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        for _ in 0..<Int(state >> 58) {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          line.append(alphabet[Int(state >> 33) % alphabet.count])
        }
        _ = miner.add(line[...])
      }
      return miner.templates
    }
    let first = run()
    #expect(first == run())
    #expect(first.reduce(0) { $0 + $1.count } == 1000)
  }

  @Test func emptyAndEndlessLinesAreLines() {
    var miner = LogTemplateMiner(.batch)
    #expect(miner.add("") == miner.add("   "))
    let long = miner.add("start " + String(repeating: "word ", count: 50_000))
    #expect(long == miner.add("start " + String(repeating: "word ", count: 60_000)))
    #expect(miner.template(long).hasSuffix("<*>"))
    #expect(miner.template(long).utf8.count < 10_000)
  }

  @Test func aNumberNeverIssuedIsOverflow() {
    let miner = LogTemplateMiner()
    #expect(miner.current(LogTemplateID(rawValue: 5)) == .overflow)
    #expect(miner.current(LogTemplateID(rawValue: -1)) == .overflow)
  }
}
