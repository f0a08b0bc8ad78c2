/// Names for everything in a simulated cluster. Half of the words are made of syllables, so that no name means anything.
struct ClusterNames: Sendable {
  private static let nouns = [
    "cart", "ledger", "quote", "parcel", "ticket", "seat", "voucher", "invoice", "profile", "search", "catalog",
    "media",
    "tariff", "meter", "badge", "fleet", "route", "claim", "policy", "roster", "wallet", "payout", "refund", "basket",
    "survey", "forecast", "sensor", "gallery", "lesson", "exam", "recipe", "harvest", "permit", "census", "archive",
  ]
  private static let suffixes = [
    "api", "web", "worker", "gateway", "engine", "store", "feed", "sync", "index", "relay", "portal", "backend",
  ]
  private static let registries = ["registry.%.io", "registry.%.internal", "harbor.%.net", "images.%.dev", "ghcr.io/%"]
  private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

  private var taken: Set<String> = []
  private var random: SeededRandom
  /// One registry for the images of a cluster's own applications.
  let registry: String

  init(seed: UInt64) {
    random = SeededRandom(seed: seed, purpose: "cluster names")
    let organisation = Self.word(&random)
    registry = (random.pick(Self.registries) ?? "registry.%.io").replacing("%", with: organisation)
  }

  private static func word(_ random: inout SeededRandom) -> String {
    let consonants = Array("bdfgklmnprstvz")
    let vowels = Array("aeiou")
    return (0..<(2 + random.index(below: 2))).map { _ in
      String([consonants[random.index(below: consonants.count)], vowels[random.index(below: vowels.count)]])
    }.joined() + (random.chance(0.5) ? String(consonants[random.index(below: consonants.count)]) : "")
  }

  mutating func word() -> String {
    random.chance(0.5) ? Self.nouns[random.index(below: Self.nouns.count)] : Self.word(&random)
  }

  /// A name that no application of the cluster has yet.
  mutating func application() -> String {
    while true {
      let form = random.index(below: 10)
      var name = word()
      if form < 7 { name += "-" + Self.suffixes[random.index(below: Self.suffixes.count)] }
      if form > 7 { name += "-" + word() }
      if claim(name) { return name }
    }
  }

  mutating func namespace() -> String {
    while true {
      let form = random.index(below: 4)
      let name = form == 0 ? word() + "-" + (random.pick(["prod", "staging", "live", "eu"]) ?? "prod") : word()
      if claim("namespace " + name) { return name }
    }
  }

  /// True the first time.
  mutating func claim(_ name: String) -> Bool { taken.insert(name).inserted }

  /// The five letters at the end of a pod's name, from Kubernetes' own alphabet without vowels.
  mutating func podSuffix() -> String { letters(5) }

  /// The hash of a pod template in a ReplicaSet's name.
  mutating func templateHash() -> String { letters(9 + random.index(below: 2)) }

  private mutating func letters(_ count: Int) -> String {
    String(decoding: (0..<count).map { _ in Self.alphabet[random.index(below: Self.alphabet.count)] }, as: UTF8.self)
  }

  mutating func uid() -> String {
    let digits = Array(random.hexadecimal(digits: 32))
    let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return parts.map { String($0) }.joined(separator: "-")
  }

  mutating func imageTag() -> String {
    switch random.index(below: 3) {
    case 0: "\(1 + random.index(below: 9)).\(random.index(below: 30)).\(random.index(below: 12))"
    case 1: "v\(1 + random.index(below: 6)).\(random.index(below: 40))"
    default: random.hexadecimal(digits: 8)
    }
  }
}
