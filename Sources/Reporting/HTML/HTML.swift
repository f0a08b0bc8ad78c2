/// A piece of markup that can only be made from escaped text and named elements.
package struct HTML: Hashable, Sendable, ExpressibleByStringLiteral {
  package private(set) var text: String

  /// Text from anywhere, cleaned and escaped; one blank at either end stays, so that pieces can be put together.
  package init(_ untrusted: String, limit: Int = ReportLimits.statementLength) {
    let clean = UntrustedText.clean(untrusted, limit: limit)
    let before = untrusted.first == " " ? " " : ""
    let after = untrusted.last == " " && !clean.isEmpty ? " " : ""
    text = before + Self.escaped(Quantity.keepingUnits(clean)) + after
  }

  package init(stringLiteral: String) { text = Self.escaped(stringLiteral) }

  private init(markup: String) { text = markup }

  static let empty = HTML(markup: "")

  /// Keeps line breaks; for a document that has no steering characters, such as our own JSON.
  static func preformatted(_ document: String) -> HTML { HTML(markup: escaped(document)) }

  /// Style rules of ours; no text from outside may come here.
  static func style(_ rules: String) -> HTML { HTML(markup: "<style>\n\(rules)</style>") }

  static let doctype = HTML(markup: "<!doctype html>\n")

  /// An element; `meta` and `br` have no end tag, everything else does.
  static func element(_ name: String, _ attributes: [Attribute] = [], _ children: HTML...) -> HTML {
    element(name, attributes, children)
  }

  static func element(_ name: String, _ attributes: [Attribute] = [], _ children: [HTML]) -> HTML {
    let inner = children.map(\.text).joined()
    let opening = "<\(name)\(attributes.map(\.text).joined())>"
    if name == "meta" || name == "br" { return HTML(markup: opening) }
    let isBlock = blocks.contains(name)
    return HTML(markup: "\(opening)\(inner)</\(name)>\(isBlock ? "\n" : "")")
  }

  static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }
  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  static func joined(_ pieces: [HTML], separator: HTML = .empty) -> HTML {
    HTML(markup: pieces.map(\.text).joined(separator: separator.text))
  }

  var isEmpty: Bool { text.isEmpty }

  /// One attribute of an element, its value escaped.
  struct Attribute {
    fileprivate var text: String

    init(_ name: String, _ value: String) {
      text = " \(name)=\"\(HTML.escaped(UntrustedText.clean(value, limit: 40_000)))\""
    }

    static func type(_ names: String) -> Attribute { Attribute("class", names) }
    static func id(_ name: String) -> Attribute { Attribute("id", name) }
  }

  private static let blocks: Set<String> = [
    "html", "head", "body", "main", "header", "section", "article", "figure", "details", "div", "p", "ul", "ol", "li",
    "dl", "table", "tr", "h1", "h2", "h3", "title", "svg", "pre",
  ]

  private static func escaped(_ text: String) -> String {
    var output = ""
    output.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
