/// Of an environment only addresses are kept, and what has to exist for it; a value may be a password.
extension ObjectScanner {
  mutating func environment(_ container: inout Container) throws {
    guard try array() else { return }
    // `DB_HOST` and `DB_PORT` are one address.
    var ports: [String: Int] = [:]
    while try json.nextElement() {
      guard try object() else { continue }
      var name = ""
      var value = ""
      while try json.nextMember() {
        if json.keyIs("name") {
          name = try text()
        } else if json.keyIs("value") {
          if json.peek() == UInt8(ascii: "\"") {
            let bytes = try json.string()
            // What is longer is no address.
            value = bytes.count <= 512 ? String(decoding: bytes, as: UTF8.self) : ""
          } else {
            value = try text()
          }
        } else if json.keyIs("valueFrom") {
          try valueSource(&container)
        } else {
          try json.skipValue()
        }
      }
      if let address = EnvironmentAddress(variable: name, value: value) {
        container.addresses.append(address)
      } else if name.hasSuffix("_PORT"), let port = Int(value) {
        ports[String(name.dropLast(5))] = port
      }
    }
    for index in container.addresses.indices where container.addresses[index].port == nil && !ports.isEmpty {
      let stem = container.addresses[index].variable.split(separator: "_").dropLast().joined(separator: "_")
      container.addresses[index].port = ports[stem]
    }
  }

  private mutating func valueSource(_ container: inout Container) throws {
    guard try object() else { return }
    while try json.nextMember() {
      if json.keyIs("configMapKeyRef") {
        if let reference = try reference(isSecret: false, name: "name") { container.references.append(reference) }
      } else if json.keyIs("secretKeyRef") {
        if let reference = try reference(isSecret: true, name: "name") { container.references.append(reference) }
      } else {
        try json.skipValue()
      }
    }
  }

  mutating func environmentSources(_ container: inout Container) throws {
    guard try array() else { return }
    while try json.nextElement() {
      guard try object() else { continue }
      while try json.nextMember() {
        if json.keyIs("configMapRef") {
          if let reference = try reference(isSecret: false, name: "name") { container.references.append(reference) }
        } else if json.keyIs("secretRef") {
          if let reference = try reference(isSecret: true, name: "name") { container.references.append(reference) }
        } else {
          try json.skipValue()
        }
      }
    }
  }
}

extension EnvironmentAddress {
  private static let nameEndings = Set(
    ["HOST", "ADDR", "ADDRESS", "URL", "URI", "ENDPOINT", "SERVER", "HOSTNAME", "SERVICE"].compactMap(lastWord))

  /// Nil where the value is no address: `host:port`, a URL, or a host in a variable that is named for one.
  init?(variable: String, value: String) {
    let isNamedForOne = Self.lastWord(of: variable).map(Self.nameEndings.contains) ?? false
    // Most values are numbers, switches and words, which a look at their bytes tells.
    guard isNamedForOne || value.utf8.contains(UInt8(ascii: ":")), !value.utf8.contains(where: { $0 <= 32 }) else {
      return nil
    }
    var rest = value[...]
    var isURL = false
    if let scheme = rest.firstRange(of: "://") {
      isURL = true
      rest = rest[scheme.upperBound...]
      if rest.hasPrefix("tcp(") { rest = rest.dropFirst(4) }
    }
    if isURL || rest.contains("@") {
      let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      rest = rest[..<end]
      if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    }
    rest = rest.prefix { $0 != "/" && $0 != "," && $0 != ")" && $0 != "?" }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2, Self.isHost(host) else { return nil }
    let port = parts.count == 2 ? Int(parts[1]) : nil
    if parts.count == 2 { guard let port, (1...65535).contains(port) else { return nil } }
    guard isURL || port != nil || isNamedForOne else { return nil }
    self.init(variable: variable, host: String(host), port: port)
  }

  /// `HOST` of `db_host`: in capitals, backwards, as the bytes of one number, since every container has many variables.
  /// Nil for one of more than eight bytes.
  private static func lastWord(of variable: String) -> UInt64? {
    var word: UInt64 = 0
    var length = 0
    for byte in variable.utf8.reversed() {
      let capital: UInt8
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): capital = byte - 32
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 128...: capital = byte
      default:
        if length > 0 { return word }
        continue
      }
      guard length < 8 else { return nil }
      word = word << 8 | UInt64(capital)
      length += 1
    }
    return word
  }

  /// A DNS name with at least one letter.
  private static func isHost(_ text: Substring) -> Bool {
    guard (1...253).contains(text.utf8.count), text.first?.isLetter == true || text.first?.isNumber == true else {
      return false
    }
    var hasLetter = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): hasLetter = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): break
      default: return false
      }
    }
    return hasLetter
  }
}
