import SignalDetection
import Testing

@Suite struct LogTemplateTests {
  /// Template of every line after all were seen.
  private func mined(_ lines: [String], _ mode: LogTemplateMiner.Mode = .batch) -> [String] {
    var miner = LogTemplateMiner(mode)
    let ids = lines.map { miner.add($0) }
    miner.settle()
    return ids.map { miner.template(miner.current($0)) }
  }

  @Test func valuesBecomeTypedSlots() {
    let line =
      "from 10.1.2.3:443 took 12ms id=4bf92f35-77b3-4da6-a3ce-929d0e0e4736 at 0x7ffe for /srv/a.txt (3.5 MB) #9"
    #expect(
      mined([line]) == [
        "from <ip> took <duration> id=<uuid> at <hex> for <path> (<size>) <num>"
      ])
  }

  @Test(arguments: [
    "2026-03-01T03:12:40.123Z", "2026-03-01 03:12:40,123", "2026/03/01 03:12:40", "Mar  1 03:12:40",
    "Sun Mar 01 03:12:40 2026", "01/Mar/2026:03:12:40 +0000", "26/03/01 03:12:40", "03-01 03:12:40.123",
    "2026.03.01-03.12.40.123456", "20260301-03:12:40:123", "Sun, 1 Mar 2026 03:12:40 GMT", "03:12:40",
  ])
  func timesOfManyFormsAreOneSlot(_ time: String) {
    #expect(mined(["\(time) INFO worker ready"]) == ["<time> INFO worker ready"])
  }

  @Test func whatOnlyLooksLikeATimeStaysAValue() {
    #expect(mined(["version 10.20.30 of 1.2.3.4 ratio 3:4"]) == ["version <num> of <ip> ratio <num>:<num>"])
  }

  @Test func fewWordsAreStatementsAndManyAreAVariable() {
    let users = ["ada", "bob", "cleo", "dan", "eve", "finn", "gus", "hal"]
    let lines = users.flatMap { ["session opened for user \($0) by uid 0", "session closed for user \($0) by uid 0"] }
    #expect(
      Set(mined(lines)) == ["session opened for user <*> by uid <num>", "session closed for user <*> by uid <num>"])
  }

  @Test func statesInCapitalsAreNotAVariable() {
    let states = ["NEW", "READY", "RUNNING", "STOPPING", "STOPPED", "FAILED"]
    let lines = states.map { "worker changed its state to \($0) after 5 s" }
    #expect(Set(mined(lines)).count == states.count)
  }

  @Test func linesOfOneWordNeverMerge() {
    let lines = ["started", "stopped", "paused", "resumed", "closed", "opened", "locked", "freed", "seen", "lost"]
    #expect(Set(mined(lines)).count == lines.count)
  }

  @Test func hostThreadAndProcessOfTheHeaderNeverSplitAStatement() {
    let lines = [
      "Mar  1 03:12:40 alpha sshd[71]: Connection closed by 10.0.0.1",
      "Mar  1 03:12:41 beta sshd[9]: Connection closed by 10.0.0.2",
      "2026-03-01 03:12:40,1 INFO [main] org.example.Pool: shutdown complete",
      "2026-03-01 03:12:41,2 INFO [pool worker #3] org.example.Pool: shutdown complete",
      "2026-03-01 03:12:41,3 WARN [main] org.example.Pool: shutdown complete",
      "2026-03-01 03:12:41,4 INFO [main] org.example.Queue: shutdown complete",
    ]
    let found = mined(lines)
    #expect(found[0] == "<time> <*> sshd[<num>]: Connection closed by <ip>")
    #expect(found[0] == found[1])
    #expect(found[2] == "<time> INFO [<*>] org.example.Pool: shutdown complete")
    #expect(found[2] == found[3])
    #expect(Set(found).count == 4)
  }

  @Test func messagesOfStructuredLinesStayApart() {
    let verbs = ["created", "deleted", "renamed", "locked", "unlocked", "moved", "copied", "archived", "restored"]
    let lines = verbs.map { #"{"level":"info","service":"files","msg":"\#($0) object","took":3}"# }
    #expect(Set(mined(lines)).count == verbs.count)
  }

  @Test func valuesOfKeysAreCountedOverTheOtherKeys() {
    let tags = ["red", "green", "blue", "black", "white", "pink", "teal", "gold"]
    let names = ["north", "south", "east", "west", "upper", "lower", "inner", "outer"]
    let lines = (0..<40).map { "acquire lock=\($0) tag=\(tags[$0 % 8]) name=\(names[$0 * 3 % 8 ^ $0 / 8]) uid=10" }
    #expect(Set(mined(lines)) == ["acquire lock=<num> tag=<*> name=<*> uid=<num>"])
  }

  @Test func listsOfAnyLengthAndEmptyPlacesAreOneStatement() {
    let lists = mined(["ids [1, 2, 3] kept", "ids [4] kept", "ids [] kept", "ids [5, 6] kept"])
    #expect(Set(lists) == ["ids [<num>] kept"])
    let hosts = mined(["connection from 10.0.0.1 () closed", "connection from 10.0.0.2 (db-1.example.net) closed"])
    #expect(Set(hosts).count == 1)
  }

  @Test func anAccessLogIsOneStatementAMethod() {
    let found = mined([
      #"10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "GET /items?page=2&size=10 HTTP/1.1" 200 2326"#,
      #"10.0.0.2 - ada [10/Oct/2026:13:55:37 +0000] "GET / HTTP/1.1" 304 -"#,
      #"10.0.0.2 - ada [10/Oct/2026:13:55:38 +0000] "POST /items HTTP/2.0" 201 17"#,
    ])
    #expect(found[0] == #"<ip> - <*> [<time>] "GET <path> HTTP/<num>.<num>" <num>"#)
    #expect(found[0] == found[1] && found[1] != found[2])
  }

  @Test func hardwareAddressesAreNoTimes() {
    let found = mined(["offer to 00:11:22:33:44:55 done", "offer to fe:dc:ba:98:76:54 done"])
    #expect(Set(found) == ["offer to <hex> done"])
  }

  @Test func aMeasureAndTheSameOnceMoreIsOneValue() {
    let found = mined(["sent 435 bytes in <1 sec", "sent 2798 bytes (2.73 KB) in 4 sec"])
    #expect(Set(found) == ["sent <size> in <duration>"])
  }

  @Test func linesWithoutWordsAreToldApartByTheirForm() {
    #expect(Set(mined(["jetty-6.1.26", "jetty-6.1.27", "core.4711", "17", "18"])).count == 3)
  }

  @Test(arguments: ["backup of 2026-01-01", "see you Sun", "due in Jul", "2026-01-01", "Mon", "at 2026-01-01 "])
  func aLineThatEndsInADateOrADayIsReadToItsEnd(line: String) {
    #expect(mined([line, line]).count == 2)
  }
}
