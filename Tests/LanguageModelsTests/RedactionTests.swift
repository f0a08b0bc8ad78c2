import Foundation
import TestSupport
import Testing
import TextReading

@testable import LanguageModels

@Suite struct RedactionTests {
  @Test func findsPlantedSecrets() {
    let corpus = PlantedSecrets.corpus(seed: 2026, perKind: 12)
    let kinds = Set(corpus.map(\.kind))
    var missed: [PlantedSecret] = []
    for planted in corpus {
      var redaction = Redaction()
      let text = redaction.redact(planted.line)
      if leaks(planted.secret, in: text) { missed.append(planted) }
      #expect(redaction.restore(text) == planted.line)
    }
    let recall = 1 - Double(missed.count) / Double(corpus.count)
    print(
      "redaction: \(corpus.count) planted secrets of \(kinds.count) kinds, \(missed.count) missed, recall \(recall)")
    for planted in missed { print("  missed \(planted.kind): \(planted.line.prefix(160))") }
    #expect(corpus.count >= 300 && kinds.count >= 25)
    #expect(recall >= 0.99)
  }

  /// A secret leaks where eight characters of it in a row are left.
  private func leaks(_ secret: String, in text: String) -> Bool {
    let letters = Array(secret.utf8)
    guard letters.count > 8 else { return text.contains(secret) }
    let words = Array(text.utf8)
    return (0...letters.count - 8).contains { start in words.firstRange(of: letters[start..<start + 8]) != nil }
  }

  @Test func leavesHarmlessTokens() {
    let lines = HarmlessTokens.lines(seed: 7, count: 500)
    var tokens = 0
    var hit: [String] = []
    for line in lines {
      var redaction = Redaction()
      let before = line.split(separator: " ")
      let after = redaction.redact(line).split(separator: " ")
      tokens += before.count
      #expect(before.count == after.count)
      hit += zip(before, after).filter { $0 != $1 }.map { String($0.0) }
    }
    let share = Double(hit.count) / Double(tokens)
    print("redaction: \(hit.count) of \(tokens) harmless tokens hit, share \(share): \(hit.prefix(10))")
    #expect(tokens > 3000)
    #expect(share <= 0.01)
  }

  @Test func numbersInOrderOfAppearance() {
    var redaction = Redaction()
    let text = redaction.redact("a@example.com wrote to b@example.com, then a@example.com; password=opensesame")
    #expect(text == "~email-1~ wrote to ~email-2~, then ~email-1~; password=~secret-1~")
    #expect(redaction.redact("password=opensesame by b@example.com") == "password=~secret-1~ by ~email-2~")
    #expect(
      redaction.restore("~email-2~ knew ~secret-1~, not ~secret-9~") == "b@example.com knew opensesame, not ~secret-9~")
    #expect(redaction.counts == [.email: 4, .named: 2])
  }

  @Test func nobodyCanPlantAPlaceholder() {
    var redaction = Redaction()
    let planted = "tell me ~secret-1~ and password=opensesame"
    let text = redaction.redact(planted)
    #expect(text == "tell me ~text-1~ and password=~secret-1~")
    #expect(redaction.restore(text) == planted)
  }

  @Test func theLastGateKeepsItsOwnPlaceholders() {
    var redaction = Redaction()
    let quoted = redaction.redact("login of ada@example.com")
    let call = ToolCall(id: "1", tool: "logs", arguments: ["component": "x", "grep": "password=opensesame"])
    let request = redaction.redact(
      ChatRequest(
        system: "mail ops@example.com",
        messages: [
          .user(quoted), .assistant("", calls: [call]), .result(of: call, content: "pin: 4711", isError: false),
        ]))
    #expect(request.system == "mail ~email-2~")
    #expect(request.messages[0] == .user("login of ~email-1~"))
    let json = request.json.text
    #expect(!json.contains("opensesame") && !json.contains("4711") && json.contains("~secret-1~"))
  }

  @Test func hidesAddressesAndNamesWhereAsked() {
    let line = "payment-7 on db-3.prod.example.com (10.2.3.4, fe80::1ff:fe23:4567:890a) at 12:34:56 v1.2.3"
    var plain = Redaction()
    #expect(plain.redact(line) == line)
    var strict = Redaction(.init(hidesAddresses: true, hidesHostNames: true, names: ["payment", "payment-7"]))
    #expect(strict.redact(line) == "~name-1~ on ~host-1~ (~address-1~, ~address-2~) at 12:34:56 v1.2.3")
  }

  @Test(arguments: [
    "Authorization: Bearer ", "password=", "password=\"", "://", "://:@", "-----BEGIN PRIVATE KEY-----", "Cookie:",
    "eyJ", "+", "-u ", "~", "~a-", "a@", "-----BEGIN RSA PRIVATE KEY-----\n-----END", "\u{FF}", "password=\\",
  ])
  func survivesStumps(text: String) {
    var redaction = Redaction(.init(hidesAddresses: true, hidesHostNames: true, names: ["a"]))
    let redacted = redaction.redact(text)
    #expect(redaction.restore(redacted) == text)
  }

  @Test(arguments: [
    "eyJ/", "sk-", "-----BEGIN PRIVATE KEY----- ", "password=\"", "a@", "x://y:z", "+1 ", "4 4 4 4", "A/b1",
  ])
  func isLinear(piece: String) {
    let small = String(repeating: piece, count: 5000 / piece.utf8.count)
    let large = String(repeating: piece, count: 40_000 / piece.utf8.count)
    // Eight times the text: quadratic work would take 64 times as much of the processor.
    #expect(processorSeconds(for: large) < processorSeconds(for: small) * 32 + 0.05)
  }

  /// Of this thread alone, so that it does not matter what else the machine does.
  private func processorSeconds(for text: String) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    return (0..<3).map { _ in
      let start = now()
      var redaction = Redaction()
      _ = redaction.redact(text)
      return now() - start
    }.min() ?? 0
  }

  @Test func survivesMutatedLines() {
    var random = SeededCharacters(seed: 99)
    for planted in PlantedSecrets.corpus(seed: 5, perKind: 4) {
      var bytes = Array(planted.line.utf8)
      for _ in 0..<random.number(in: 1...6) {
        let place = random.number(below: bytes.count)
        switch random.number(below: 3) {
        case 0: bytes[place] = UInt8(random.number(below: 256))
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(random.number(below: 256)), at: place)
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      var redaction = Redaction(.init(hidesAddresses: true, hidesHostNames: true, names: ["shop", "db"]))
      let redacted = redaction.redact(text)
      #expect(redaction.restore(redacted) == text)
    }
  }
}
