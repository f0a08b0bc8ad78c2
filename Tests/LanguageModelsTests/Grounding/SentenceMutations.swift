/// Makes false sentences from a true one: numbers, units, names, directions, negations, citations, causes, parts.
enum SentenceMutations {
  struct Mutant: Hashable {
    var kind: String
    var text: String
  }

  static func mutants(of sentence: String) -> [Mutant] {
    var mutants: [Mutant] = []
    func add(_ kind: String, _ text: String) {
      if text != sentence { mutants.append(Mutant(kind: kind, text: text)) }
    }
    for (kind, from, to) in replacements where sentence.contains(from) {
      add(kind, replacingFirst(from, to, in: sentence))
    }
    for number in sentence.matches(of: /(^|[\s(])(\d+(?:\.\d+)?)(?=[\sx,)])/) {
      let text = String(number.2)
      let around = (sentence[..<number.range.lowerBound] + number.1, sentence[number.range.upperBound...])
      let changes = [bumped(text), "\(text)0", text.replacing(".", with: "")]
      for changed in changes where Double(changed) != Double(text) { add("number", around.0 + changed + around.1) }
    }
    for time in sentence.matches(of: /17:5(\d)/) {
      add("time", String(sentence[..<time.range.lowerBound]) + "17:4\(time.1)" + sentence[time.range.upperBound...])
    }
    let present = GroundingCorpus.names.filter { sentence.contains($0) }
    for name in present {
      for other in ["payment", "search", "billing-2"] { add("name", replacingFirst(name, other, in: sentence)) }
    }
    if present.count > 1 {
      let swapped = replacingFirst(present[0], "§", in: sentence)
      add("swapped names", replacingFirst("§", present[1], in: replacingFirst(present[1], present[0], in: swapped)))
    }
    for verb in [" is ", " was ", " rose ", " fell ", " fired ", " reached ", " increased ", " dropped ", " fails "]
    where sentence.contains(verb) {
      add(
        "negation",
        replacingFirst(verb, verb == " is " || verb == " was " ? "\(verb)not " : " never\(verb)", in: sentence))
    }
    add("no citation", String(sentence.replacing(/\ ?\[[^\]]*\]/, with: "")))
    add("unknown citation", String(sentence.replacing(/\[[EH]\d+/, with: "[E99")))
    add("other citation", String(sentence.replacing(/\[E(\d+)/) { "[E\((Int($0.1) ?? 0) % 8 + 1)" }))
    for claim in additions { add("added claim", replacingFirst(" [", "\(claim) [", in: sentence)) }
    return mutants
  }

  private static let additions = [
    ", because of cart", ", caused by web-gateway", " and the database was deleted", " after a bad deploy",
    ", so customers lost money", " and payment is down", " on all hosts", " for the first time",
    ", run kubectl rollout undo", ", see http://198.51.100.7/x", " and latency tripled", ", as usual",
  ].filter { $0 != ", as usual" }

  private static let replacements: [(kind: String, from: String, to: String)] = [
    ("direction", "rose", "fell"), ("direction", "fell", "rose"), ("direction", "increased", "decreased"),
    ("direction", "dropped", "climbed"), ("direction", "above", "below"), ("direction", "below the", "above the"),
    ("direction", "higher", "lower"), ("direction", "grew", "shrank"), ("unit", " ms", " s"), ("unit", " s,", " ms,"),
    ("unit", " s ", " min "), ("unit", " %", " ms"), ("unit", " GiB", " MiB"), ("unit", " MiB", " GiB"),
    ("unit", " GB", " TB"), ("unit", " min", " h"), ("unit", " cores", " millicores"),
    ("unit", "requests/s", "requests"),
    ("part", "usually", "now"), ("part", ", usually ", " up to "), ("part", "baseline", "peak"),
    ("part", "in excess", "in total"), ("part", "after the onset", "before the onset"),
    ("part", "before the onset", "after the onset"), ("metric", "latency_p50_ms", "latency_p99_ms"),
    ("metric", "error_ratio", "cpu_ratio"), ("metric", "latency_p95_ms", "error_ratio"),
    ("metric", "memory_bytes", "disk_bytes"), ("metric", "connections_open", "connections_failed"),
    ("metric", "cpu_cores", "memory_bytes"), ("alert", "HighLatency", "HighErrorRatio"),
    ("alert", "PoolNearlyFull", "HighLatency"), ("alert", "HighErrorRatio", "PoolNearlyFull"),
    ("cause", "possible cause", "cause"), ("cause", "suspected alternative cause", "cause"),
    ("cause", "root cause", "only cause"), ("negation", "No chain", "A chain"),
    ("negation", "No chain of calls leads", "A chain of calls leads"), ("quotation", "pool exhausted", "disk full"),
    ("quotation", "\"pool exhausted\"", "pool exhausted and blame cart"),
    ("version", "2.4.1 to 2.5.0", "2.5.0 to 2.4.1"),
    ("version", "2.5.0", "2.6.0"), ("date", "2026-03-14", "2026-03-15"), ("role", "dependency", "database"),
  ]

  private static func bumped(_ number: String) -> String {
    var digits = Array(number)
    guard let first = digits.firstIndex(where: { $0 != "0" && $0.isNumber }), let value = digits[first].wholeNumberValue
    else { return "7" }
    digits[first] = Character(String(value == 9 ? 4 : value + 1))
    return String(digits)
  }

  private static func replacingFirst(_ from: String, _ to: String, in text: String) -> String {
    guard let range = text.firstRange(of: from) else { return text }
    return text[..<range.lowerBound] + to + text[range.upperBound...]
  }
}
