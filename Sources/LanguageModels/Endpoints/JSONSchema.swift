import TextReading

/// Whether a value fits a JSON schema, for the part of the language that answers and tools use.
///
/// A keyword that is not known here is a mistake of the schema: nothing is taken for checked that is not.
package struct JSONSchema: Hashable, Sendable {
  private static let known: Set<String> = [
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
    "minimum", "maximum", "minLength", "maxLength", "anyOf", "title", "description",
  ]

  package let value: JSONValue

  package init(_ value: JSONValue) { self.value = value }

  /// What is wrong with a value, and where; nil where it fits.
  package func mistake(in value: JSONValue) -> String? { Self.mistake(value, self.value, at: "the answer") }

  private static func mistake(_ value: JSONValue, _ schema: JSONValue, at place: String) -> String? {
    guard let rules = schema.object else { return "\(place) has a schema that is no object" }
    if let unknown = rules.keys.sorted().first(where: { !known.contains($0) }) {
      return "\(place) has a schema with the unknown keyword “\(unknown)”"
    }
    if let types = rules["type"] {
      let names = types.array?.compactMap(\.string) ?? types.string.map { [$0] } ?? []
      guard names.contains(where: { fits(value, type: $0) }) else {
        return "\(place) must be of the type \(names.joined(separator: " or "))"
      }
    }
    if let allowed = rules["enum"]?.array, !allowed.contains(value) {
      return "\(place) must be one of \(shown(.array(allowed)))"
    }
    if let constant = rules["const"], value != constant { return "\(place) must be \(shown(constant))" }
    if let choices = rules["anyOf"]?.array, !choices.contains(where: { mistake(value, $0, at: place) == nil }) {
      return "\(place) fits none of the schemas that it may"
    }
    return boundMistake(value, rules, at: place) ?? objectMistake(value, rules, at: place)
      ?? arrayMistake(value, rules, at: place)
  }

  private static func fits(_ value: JSONValue, type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
      (.object, "object"):
      true
    case (.number(let number), "integer"): number.rounded() == number
    default: false
    }
  }

  private static func boundMistake(
    _ value: JSONValue, _ rules: [String: JSONValue], at place: String
  ) -> String? {
    let bounds: [(size: Double?, least: String, most: String, what: String)] = [
      (value.number, "minimum", "maximum", ""),
      (value.string.map { Double($0.unicodeScalars.count) }, "minLength", "maxLength", " characters long"),
      (value.array.map { Double($0.count) }, "minItems", "maxItems", " elements long"),
    ]
    for (size, least, most, what) in bounds {
      guard let size else { continue }
      if let bound = rules[least]?.number, size < bound { return "\(place) must be at least \(bound)\(what)" }
      if let bound = rules[most]?.number, size > bound { return "\(place) must be at most \(bound)\(what)" }
    }
    return nil
  }

  private static func objectMistake(
    _ value: JSONValue, _ rules: [String: JSONValue], at place: String
  ) -> String? {
    guard let members = value.object else { return nil }
    for name in rules["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
      return "\(place) has no “\(name)”"
    }
    let properties = rules["properties"]?.object ?? [:]
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      let inner = "\(place).\(name.prefix(40))"
      if let schema = properties[name] {
        if let mistake = mistake(member, schema, at: inner) { return mistake }
      } else if rules["additionalProperties"] == false {
        return "\(place) must not have “\(name.prefix(40))”"
      } else if let schema = rules["additionalProperties"], schema.object != nil {
        if let mistake = mistake(member, schema, at: inner) { return mistake }
      }
    }
    return nil
  }

  private static func arrayMistake(
    _ value: JSONValue, _ rules: [String: JSONValue], at place: String
  ) -> String? {
    guard let elements = value.array, let schema = rules["items"] else { return nil }
    for (index, element) in elements.enumerated() {
      if let mistake = mistake(element, schema, at: "\(place)[\(index)]") { return mistake }
    }
    return nil
  }

  private static func shown(_ value: JSONValue) -> String { String(value.text.prefix(400)) }
}

extension ToolCall {
  /// Why the call cannot be carried out: a tool that was not offered, or arguments that do not fit it.
  package func mistake(offered tools: [ChatTool]) -> String? {
    guard let offered = tools.first(where: { $0.name == tool }) else {
      return "there is no tool of that name; known are \(tools.map(\.name).joined(separator: ", "))"
    }
    guard let arguments else { return "the arguments are not JSON" }
    return JSONSchema(offered.parameters).mistake(in: arguments)
  }
}

/// The JSON in an answer that was asked for in words: models like to put a fence or a sentence around it.
enum AnswerText {
  /// Nil where nothing in the text is JSON.
  static func json(in text: String) -> JSONValue? {
    if let whole = parsed(text) { return whole }
    for fence in ["```json", "```"] {
      guard let start = text.firstRange(of: fence), let end = text[start.upperBound...].firstRange(of: "```") else {
        continue
      }
      if let fenced = parsed(text[start.upperBound..<end.lowerBound]) { return fenced }
    }
    guard let first = text.firstIndex(where: { $0 == "{" || $0 == "[" }),
      let last = text.lastIndex(where: { $0 == "}" || $0 == "]" }), first < last
    else { return nil }
    return parsed(text[first...last])
  }

  private static func parsed(_ text: some StringProtocol) -> JSONValue? {
    try? JSONValue(parsing: String(text), name: "the answer")
  }
}
