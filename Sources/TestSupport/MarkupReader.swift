/// Reads markup strictly enough to prove that ours nests: every element closed in order, attributes quoted.
package struct MarkupReader {
  package private(set) var elements: [Element] = []
  package private(set) var problems: [String] = []

  package struct Element {
    package var name: String
    package var attributes: [String: String]
  }

  /// Those that have no end.
  private static let void: Set<String> = ["meta", "br", "link", "input"]

  package init(_ document: String) {
    var open: [String] = []
    // The text before the first tag, then pieces of `tag>text`.
    for piece in document.utf8.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).dropFirst() {
      let parts = piece.split(separator: UInt8(ascii: ">"), omittingEmptySubsequences: false)
      let tag = String(decoding: parts[0], as: UTF8.self)
      // Escaped text has no `>` of its own; style rules may.
      if parts.count != 2, tag != "style" { problems.append("a stray > after <\(tag)") }
      if tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        let name = String(tag.dropFirst())
        if open.last == name {
          open.removeLast()
        } else {
          problems.append("</\(name)> closes \(open.last ?? "nothing")")
        }
        continue
      }
      read(tag)
      if let name = elements.last?.name, !Self.void.contains(name) { open.append(name) }
    }
    if !open.isEmpty { problems.append("left open: \(open.joined(separator: ", "))") }
  }

  /// `name a="…" b="…"`
  private mutating func read(_ tag: String) {
    let pieces = tag.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
    let words = pieces[0].split(separator: " ")
    var attributes: [String: String] = [:]
    // Names stand at even places, values at odd ones, and the last piece is empty.
    for index in stride(from: 0, to: pieces.count - 1, by: 2) {
      let name = (index == 0 ? words.dropFirst().joined(separator: " ") : String(pieces[index].dropFirst()))
      let isPlain =
        name.hasSuffix("=") && name.dropLast().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      if !isPlain || attributes[name] != nil { problems.append("<\(tag)> has an attribute that is not ours") }
      attributes[String(name.dropLast())] = pieces[index + 1]
    }
    if pieces.count % 2 == 0 || (pieces.count > 1 && pieces.last != "") || (pieces.count == 1 && words.count != 1) {
      problems.append("<\(tag)> is no tag of ours")
    }
    elements.append(Element(name: words.first.map(String.init) ?? "", attributes: attributes))
  }
}
