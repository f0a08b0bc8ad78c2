import IncidentModel
import LanguageModels
import TextReading

/// What one agent's answer may hold: closed lists of identifiers that the engine issued, and sentences.
struct AnswerShape: Sendable {
  /// What identifiers stand for.
  enum Subject: Hashable, Sendable { case hypotheses, findings, signals, facts, remediations }

  /// A list of identifiers, best first.
  struct List: Sendable {
    var name: String
    var subject: Subject
  }

  var lists: [List] = []
  /// Whether one hypothesis may be nominated.
  var nominates = false
  /// Whether lines of inquiry may be proposed.
  var inquires = false
  /// What sentences are for.
  var kinds: [String]

  /// What an agent's answer may hold; nil for an agent that asks nothing.
  static func of(_ agent: AgentName) -> AnswerShape? {
    switch agent {
    case DetectionAgent.name: AnswerShape(lists: [List(name: "unrelated", subject: .signals)], kinds: ["group"])
    case ContextAgent.name: AnswerShape(lists: [List(name: "relevant", subject: .facts)], kinds: ["relevance"])
    case RootCauseAgent.name:
      AnswerShape(
        lists: [List(name: "order", subject: .hypotheses)], nominates: true, inquires: true,
        kinds: ["summary", "mechanism"])
    case KubernetesAgent.name: AnswerShape(lists: [List(name: "order", subject: .findings)], kinds: ["mechanism"])
    case CriticAgent.name: AnswerShape(kinds: ["objection"])
    case RemediationAgent.name:
      AnswerShape(
        lists: [List(name: "order", subject: .remediations)], kinds: ["why", "watch", "hand-over", "update"])
    default: nil
    }
  }

  static let none = "none"
  static let maximumSentenceCount = 12
  static let maximumSentenceLength = 400
  static let maximumInquiryCount = 3
  private static let maximumListLength = 32

  /// The form as a JSON schema whose every choice is an identifier that was issued.
  func form(_ facts: PromptFacts, named name: String) -> AnswerForm {
    var properties: [String: JSONValue] = [:]
    for list in lists {
      let known = facts.identifiers[list.subject] ?? []
      properties[list.name] = ["type": "array", "items": Self.choice(known.isEmpty ? [Self.none] : known)]
    }
    if nominates { properties["choice"] = Self.choice((facts.identifiers[.hypotheses] ?? []) + [Self.none]) }
    if inquires {
      properties["inquiries"] = [
        "type": "array",
        "items": Self.object([
          "component": Self.choice(facts.components.map(\.rawValue) + [Self.none]),
          "fault": Self.choice(FaultKind.allCases.map(\.rawValue)),
          "query": Self.choice(TelemetryQuery.allCases.map(\.rawValue)),
        ]),
      ]
    }
    properties["sentences"] = [
      "type": "array", "items": Self.object(["kind": Self.choice(kinds), "text": ["type": "string"]]),
    ]
    return AnswerForm(name: name, schema: Self.object(properties))
  }

  private static func choice(_ values: [String]) -> JSONValue {
    ["type": "string", "enum": .array(values.map { .string($0) })]
  }

  private static func object(_ properties: [String: JSONValue]) -> JSONValue {
    [
      "type": "object", "properties": .object(properties),
      "required": .array(properties.keys.sorted().map { .string($0) }), "additionalProperties": false,
    ]
  }
}

/// An answer as far as it keeps to its shape: everything else is dropped, with the reason.
struct ShapedAnswer: Sendable {
  struct Inquiry: Hashable, Sendable {
    var component: ComponentID
    var fault: FaultKind
    var query: TelemetryQuery
  }

  private(set) var choices: [String: [String]] = [:]
  private(set) var nominee: HypothesisID?
  private(set) var inquiries: [Inquiry] = []
  private(set) var sentences: [(kind: String, text: String)] = []
  private(set) var dropped: [ModelAdvice.Dropped] = []

  /// Nil for what is no JSON object.
  init?(_ text: String, shape: AnswerShape, facts: PromptFacts) {
    guard let value = try? JSONValue(parsing: Self.unwrapped(text), name: "answer"), let members = value.object else {
      return nil
    }
    let known = Set(shape.lists.map(\.name) + ["choice", "inquiries", "sentences"])
    for key in members.keys.sorted() where !known.contains(key) { drop(key, "nothing of this name was asked for") }
    for list in shape.lists { read(list, members[list.name], facts) }
    if shape.nominates { readChoice(members["choice"], facts) }
    if shape.inquires { readInquiries(members["inquiries"], facts) }
    readSentences(members["sentences"], shape)
  }

  /// Some models put a document between marks of code whatever they are told.
  private static func unwrapped(_ text: String) -> String {
    guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}"), first < last else { return text }
    return String(text[first...last])
  }

  private mutating func read(_ list: AnswerShape.List, _ value: JSONValue?, _ facts: PromptFacts) {
    guard let value else { return }
    guard let items = value.array else { return drop(value.text, "“\(list.name)” is not a list") }
    let known = Set(facts.identifiers[list.subject] ?? [])
    var seen: Set<String> = []
    for item in items.prefix(64) where item != .string(AnswerShape.none) {
      guard let id = item.string, known.contains(id) else {
        drop(item.text, "not an identifier that was issued for “\(list.name)”")
        continue
      }
      if seen.insert(id).inserted { choices[list.name, default: []].append(id) }
    }
  }

  private mutating func readChoice(_ value: JSONValue?, _ facts: PromptFacts) {
    guard let value, value != .string(AnswerShape.none), value != .null else { return }
    guard let id = value.string, facts.identifiers[.hypotheses]?.contains(id) == true else {
      return drop(value.text, "not a hypothesis that was issued")
    }
    nominee = HypothesisID(id)
  }

  private mutating func readInquiries(_ value: JSONValue?, _ facts: PromptFacts) {
    guard let value else { return }
    guard let items = value.array else { return drop(value.text, "“inquiries” is not a list") }
    for item in items.prefix(64) where item["component"] != .string(AnswerShape.none) {
      guard let component = item["component"]?.string.map({ ComponentID($0) }), facts.components.contains(component),
        let fault = item["fault"]?.string.flatMap(FaultKind.init),
        let query = item["query"]?.string.flatMap(TelemetryQuery.init)
      else {
        drop(item.text, "not a known component, kind of fault and query of the catalogue")
        continue
      }
      let inquiry = Inquiry(component: component, fault: fault, query: query)
      guard !inquiries.contains(inquiry) else { continue }
      guard inquiries.count < AnswerShape.maximumInquiryCount else {
        drop(item.text, "more than \(AnswerShape.maximumInquiryCount) lines of inquiry")
        continue
      }
      inquiries.append(inquiry)
    }
  }

  private mutating func readSentences(_ value: JSONValue?, _ shape: AnswerShape) {
    guard let value else { return }
    guard let items = value.array else { return drop(value.text, "“sentences” is not a list") }
    for item in items.prefix(64) {
      guard let kind = item["kind"]?.string, shape.kinds.contains(kind), let text = item["text"]?.string else {
        drop(item.text, "not a sentence of a kind that was asked for")
        continue
      }
      if sentences.count >= AnswerShape.maximumSentenceCount {
        drop(text, "more than \(AnswerShape.maximumSentenceCount) sentences")
      } else if text.count > AnswerShape.maximumSentenceLength {
        drop(text, "longer than \(AnswerShape.maximumSentenceLength) characters")
      } else {
        sentences.append((kind, text))
      }
    }
  }

  private mutating func drop(_ text: String, _ reason: String) {
    guard dropped.count < AnswerShape.maximumSentenceCount else { return }
    dropped.append(ModelAdvice.Dropped(text: String(text.prefix(200)), reason: reason))
  }
}
