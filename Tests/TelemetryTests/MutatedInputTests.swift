import IncidentModel
import Testing
import TextReading

@testable import Telemetry

/// Input that was damaged at random is read or refused with a place; it never ends the process.
@Suite struct MutatedInputTests {
  private static let files: [(name: String, text: String)] = [
    ("case.yaml", SmallCase.yaml + "\nreference: [{start: 2026-03-01T01:00:00Z, end: 2026-03-01T02:00:00Z}]\n"),
    (
      "metrics.csv",
      "time,a|cpu,\"b|requests_total\"\n1772334000,1e3,5\n1772334060.5,,\"6\"\r\n2026-03-01T03:02:00Z,NaN,-7.25\n"
    ),
    (
      "spans.jsonl",
      #"{"trace":"t","span":"1","component":"a","operation":"x","start":"2026-03-01T03:01:00.5Z","durationMs":1}"#
        + "\n"
        + #"{"trace":"t","span":"2","parent":"1","component":"b","start":1772334000.25,"durationMs":2e1,"k":[{}]}"#
    ),
    (
      "logs.jsonl",
      #"{"time":"2026-03-01T03:01:00+01:00","component":"a","severity":"warn","#
        + #""body":"caf\u00e9 \ud83d\ude00 \\","span":"1"}"#
    ),
    ("alerts.jsonl", #"{"labels":{"alertname":"A","job":"a"},"startsAt":"2026-03-01T03:01:00Z","endsAt":null}"#),
    ("changes.jsonl", #"{"time":1772334000,"component":"a","kind":"deploy","summary":"s","to":"2"}"#),
    ("topology.yaml", "components:\n  - {id: a, runsOn: n}\n  - id: b\n    kind: service\ncalls: [{from: a, to: b}]\n"),
  ]

  @Test(arguments: 0..<7) func damagedFilesAreReadOrRefused(_ target: Int) throws {
    let temporary = try TemporaryFolder()
    for file in Self.files { try temporary.write(file.name, file.text) }
    let adapter = try CaseFolderAdapter(folder: temporary.path)
    let reference = CaseReference(id: "x", group: "x", path: temporary.path)
    var state = UInt64(target + 1) &* 0x9e37_79b9_7f4a_7c15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(max(1, bound)))
    }
    let special = Array("\"{}[],:|\n\r\\-+.eE0 9uT\u{0}".utf8) + [0x80, 0xff, 0xc3]
    for round in 0..<150 {
      var bytes = Array(Self.files[target].text.utf8)
      for _ in 0...random(3) {
        let place = random(bytes.count)
        switch random(4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(special[random(special.count)], at: place)
        case 2: bytes.removeLast(bytes.count - place - 1)
        default: bytes[place] = special[random(special.count)]
        }
        if bytes.isEmpty { bytes = [0] }
      }
      try temporary.write(Self.files[target].name, bytes)
      do {
        let window = try adapter.read(reference, options: ReadOptions())
        #expect(window.metrics.allSatisfy { $0.times.count == $0.values.count })
      } catch let error as DatasetError {
        #expect(!error.message.isEmpty && error.file.hasPrefix(temporary.path), "round \(round)")
      }
    }
  }
}
