/// What words mean to the checker. A word that is in none of these lists has to stand in the cited evidence.
enum GroundingVocabulary {
  /// Words that claim nothing: articles, auxiliaries, ways to say that something was measured.
  static let neutral: Set<String> = [
    "a", "an", "the", "of", "at", "in", "on", "for", "to", "by", "with", "and", "as", "is", "are", "was", "were", "be",
    "been", "being", "has", "have", "had", "it", "its", "this", "that", "these", "those", "which", "there", "their",
    "they", "where", "also", "while", "but", "or", "however", "shows", "show", "showed", "shown", "indicates",
    "indicate", "indicated", "reports", "reported", "recorded", "measured", "observed", "seen", "saw", "registered",
    "evidence", "data", "telemetry", "metric", "metrics", "value", "values", "reading", "according", "incident",
    "component", "service", "now", "currently", "reached", "reaching", "stood", "stands", "sits", "level", "levels",
    "per", "utc", "hypothesis", "finding", "ranks", "ranked", "here", "namely", "i.e", "e.g",
    "respective", "about", "around", "roughly", "approximately", "some", "nearly", "almost", "than",
  ]

  static let prepositions: Set<String> = ["from", "by", "to", "with", "of", "at", "on", "in", "for", "as"]

  static let hedges: Set<String> = [
    "may", "might", "could", "possible", "possibly", "probably", "probable", "likely", "suspect", "suspected",
    "candidate", "perhaps", "suggests", "suggest", "appears", "seems", "points", "alternative", "potential",
  ]

  /// Before a number they say that it is what is normal.
  static let baselineCues: Set<String> = [
    "usually", "usual", "normally", "normal", "baseline", "typically", "typical", "from", "against", "versus", "vs",
    "instead", "compared", "expected", "norm",
  ]
  static let bandCues: Set<String> = ["band", "range", "between"]
  static let excessCues: Set<String> = ["excess"]
  static let offsetCues: Set<String> = ["after", "before", "earlier", "later", "into", "since", "ago"]

  static let rising: Set<String> = [
    "rise", "rises", "rose", "risen", "rising", "increase", "increases", "increased", "increasing", "higher", "grew",
    "grow", "grows", "grown", "climbed", "climbs", "climb", "jumped", "jumps", "jump", "spiked", "spike", "spikes",
    "surged", "surge", "soared", "elevated", "up", "above", "exceeded", "exceeds", "exceed", "more", "larger",
    "greater", "longer", "slower", "slowed", "high", "over",
  ]
  static let falling: Set<String> = [
    "fall", "falls", "fell", "fallen", "falling", "drop", "drops", "dropped", "decrease", "decreases", "decreased",
    "lower", "declined", "declines", "decline", "down", "below", "fewer", "less", "smaller", "shorter", "faster",
    "sank", "dipped", "reduced", "low", "under",
  ]
  /// Of these the evidence must be about time.
  static let ofDuration: Set<String> = ["longer", "slower", "slowed", "shorter", "faster"]

  static let atLeast: Set<String> = ["over", "above", "exceeding", "exceeds", "exceeded", "beyond"]
  static let atMost: Set<String> = ["under", "below", "nearly", "almost"]
  static let about: Set<String> = ["about", "around", "roughly", "approximately", "some", "circa", "~"]

  static let negations: Set<String> = [
    "no", "not", "never", "without", "none", "neither", "nor", "cannot", "can't", "isn't", "wasn't", "didn't",
    "doesn't", "aren't", "weren't", "hasn't", "haven't", "won't", "nothing", "nobody", "unaffected", "hardly", "barely",
    "lacks", "lack", "absent", "nowhere", "unlikely", "except", "excluding",
  ]

  /// Words that make one thing the reason of another.
  static let causal: Set<String> = [
    "cause", "causes", "caused", "causing", "because", "due", "root", "culprit", "responsible", "led", "leads",
    "triggered", "triggers", "trigger", "result", "resulted", "results", "resulting", "blame", "blamed", "stems",
    "originates", "originated", "origin", "source", "owing", "explains", "explained", "made", "makes", "brought",
    "drove", "drives", "thus", "therefore", "hence", "so", "consequently", "reason",
  ]
  /// Of these, the ones behind which the cause stands.
  static let causeFollows: Set<String> = [
    "because", "due", "by", "stems", "originates", "originated", "owing", "is", "was", "resulted", "result", "from",
    "in",
    "at", "of", "to", "blame",
  ]

  /// Words that begin an order to somebody.
  static let imperatives: Set<String> = [
    "restart", "delete", "roll", "rollback", "scale", "run", "ignore", "disable", "enable", "execute", "apply", "stop",
    "start", "kill", "drain", "cordon", "open", "click", "visit", "call", "contact", "check", "verify", "please", "do",
    "don't", "change", "set", "remove", "add", "install", "download", "approve", "reject", "use", "try", "send",
  ]

  /// Ways in which a sentence would carry a command or an address.
  static let forbidden = [
    "://", "www.", "$(", "${", "&&", "||", "<", ">", "sudo ", "kubectl", "docker ", "systemctl", "curl ", "wget ",
    "rm -",
    " --", "javascript:", "](", "chmod ", "powershell", "ssh ",
  ]

  /// Without the ending, so that `fails`, `failed` and `failing` are one word.
  static func stem(_ word: String) -> String {
    var stem = word
    if stem.count > 4, stem.hasSuffix("ies") { return String(stem.dropLast(3)) + "y" }
    if stem.count > 5, stem.hasSuffix("ing") {
      stem.removeLast(3)
    } else if stem.count > 4, stem.hasSuffix("ed") {
      stem.removeLast(2)
    } else if stem.count > 3, stem.hasSuffix("s"), !stem.hasSuffix("ss") {
      stem.removeLast()
    }
    if stem.count > 3, stem.hasSuffix("e") { stem.removeLast() }
    if stem == "rat" || stem == "ratio" { return "ratio" }
    return stem
  }
}
