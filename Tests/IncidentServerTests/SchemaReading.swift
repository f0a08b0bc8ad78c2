import TextReading

@testable import IncidentServer

/// Holds a value against its schema in the OpenAPI document, by the few words of JSON Schema that we use; a member that
/// the schema does not name is a misfit too.
enum SchemaReading {
  static func misfits(_ text: String, _ name: String) throws -> [String] {
    misfits(try JSONValue(parsing: text, name: name), DocumentSchemas.reference(name), at: name)
  }

  private static func misfits(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    if let name = schema["$ref"]?.string?.split(separator: "/").last {
      guard let named = DocumentSchemas.all[String(name)] else { return ["\(place): there is no \(name)"] }
      return misfits(value, named, at: place)
    }
    if let words = schema["enum"]?.array, !words.contains(value) { return ["\(place): \(value.text) is no choice"] }
    switch schema["type"]?.string {
    case "object": return misfits(object: value, schema, at: place)
    case "array":
      guard let items = value.array else { return ["\(place): no list"] }
      return items.enumerated().flatMap { misfits($1, schema["items"] ?? [:], at: "\(place)[\($0)]") }
    case "string": return value.string == nil ? ["\(place): no text"] : []
    case "integer": return value.integer == nil ? ["\(place): no whole number"] : []
    case "number": return value.number == nil ? ["\(place): no number"] : []
    case "boolean": return value.bool == nil ? ["\(place): no flag"] : []
    default: return []
    }
  }

  private static func misfits(object value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    guard let members = value.object else { return ["\(place): no object"] }
    let missing = (schema["required"]?.array ?? []).compactMap(\.string).filter { members[$0] == nil }
    guard let properties = schema["properties"]?.object else { return missing.map { "\(place): no \($0)" } }
    let inside = members.sorted { $0.key < $1.key }.flatMap { name, member in
      guard let own = properties[name] else { return ["\(place): \(name) is not named"] }
      return misfits(member, own, at: "\(place).\(name)")
    }
    return missing.map { "\(place): no \($0)" } + inside
  }
}
