/// Addresses as Go's `net/url` and `net` take them, as far as a configuration is accepted or refused for them.
enum WebAddress {
  /// Why the text is no absolute http or https address; nil for one that is.
  static func problem(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "an address has no control characters" }
    guard let colon = text.firstIndex(of: ":") else { return "an address begins with http:// or https://" }
    let scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else { return "an address begins with http:// or https://" }
    var rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//") else { return "the address has no host" }
    rest = rest.dropFirst(2)
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let host = authority.split(separator: "@", omittingEmptySubsequences: false).last, !host.isEmpty else {
      return "the address has no host"
    }
    guard isHost(host) else { return "the address has a host or port that cannot be" }
    let path = rest.dropFirst(authority.count).prefix { $0 != "?" }
    return hasValidEscapes(path) ? nil : "the address has a % without two hexadecimal digits behind it"
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.utf8.contains(where: { $0 <= 32 || "<>\"\\^`{|}".utf8.contains($0) || $0 == UInt8(ascii: "%") }) {
      return false
    }
    if host.hasPrefix("[") {
      guard let close = host.firstIndex(of: "]") else { return false }
      let port = host[host.index(after: close)...]
      return port.isEmpty || (port.hasPrefix(":") && port.dropFirst().allSatisfy { "0123456789".contains($0) })
    }
    guard let colon = host.lastIndex(of: ":") else { return !host.contains("]") }
    return host[host.index(after: colon)...].allSatisfy { "0123456789".contains($0) } && host.first != ":"
  }

  private static func hasValidEscapes(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "%") }.allSatisfy { index in
      index + 2 < bytes.count
        && bytes[(index + 1)...(index + 2)].allSatisfy { Character(Unicode.Scalar($0)).isHexDigit && $0 < 128 }
    }
  }
}

enum HostPort {
  /// Empty, or a host with a port behind a colon.
  static func isValid(_ text: String) -> Bool {
    guard !text.isEmpty else { return true }
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { return false }
      let port = text[text.index(after: close)...]
      return port.count > 1 && port.hasPrefix(":")
    }
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    return pieces.count == 2 && !(pieces.last?.isEmpty ?? true)
  }
}
