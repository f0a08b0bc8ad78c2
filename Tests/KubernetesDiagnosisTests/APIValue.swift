/// A JSON value that can be written as a literal and changed by path.
enum APIValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
  case text(String)
  case number(Int)
  case flag(Bool)
  case list([APIValue])
  case object([(key: String, value: APIValue)])

  init(stringLiteral text: String) { self = .text(text) }
  init(integerLiteral number: Int) { self = .number(number) }
  init(booleanLiteral flag: Bool) { self = .flag(flag) }
  init(arrayLiteral list: APIValue...) { self = .list(list) }
  init(dictionaryLiteral pairs: (String, APIValue)...) { self = .object(pairs.map { (key: $0.0, value: $0.1) }) }

  /// The value at a path of keys and indices, such as `spec.containers.0.image`; nil where there is none.
  subscript(path: String) -> APIValue? {
    get { value(at: path.split(separator: ".").map(String.init)[...]) }
    set { set(newValue, at: path.split(separator: ".").map(String.init)[...]) }
  }

  private func value(at path: ArraySlice<String>) -> APIValue? {
    guard let first = path.first else { return self }
    switch self {
    case .object(let pairs): return pairs.first { $0.key == first }?.value.value(at: path.dropFirst())
    case .list(let list):
      return Int(first).flatMap { list.indices.contains($0) ? list[$0] : nil }?.value(at: path.dropFirst())
    default: return nil
    }
  }

  private mutating func set(_ value: APIValue?, at path: ArraySlice<String>) {
    guard let first = path.first else {
      self = value ?? .object([])
      return
    }
    switch self {
    case .list(var list):
      if let index = Int(first), list.indices.contains(index) { list[index].set(value, at: path.dropFirst()) }
      self = .list(list)
    default:
      var pairs: [(key: String, value: APIValue)] = if case .object(let known) = self { known } else { [] }
      if let index = pairs.firstIndex(where: { $0.key == first }) {
        if path.count == 1, value == nil {
          pairs.remove(at: index)
        } else {
          pairs[index].value.set(value, at: path.dropFirst())
        }
      } else if value != nil {
        var inner = APIValue.object([])
        inner.set(value, at: path.dropFirst())
        pairs.append((key: first, value: inner))
      }
      self = .object(pairs)
    }
  }

  var json: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .list(let list): "[\(list.map(\.json).joined(separator: ","))]"
    case .object(let pairs): "{\(pairs.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
