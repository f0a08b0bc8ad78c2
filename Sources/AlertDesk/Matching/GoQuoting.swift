/// Texts in double quotes with Go's escapes, which Alertmanager's newer matchers and its group keys use.
enum GoQuoting {
  /// What `strconv.Quote` gives.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{7}": result += "\\a"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{b}": result += "\\v"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += escape(scalar.value)
        }
      }
    }
    return result + "\""
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }

  private static func escape(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - digits.count)) + digits }
    if value < 0x80 { return "\\x" + padded(2) }
    return value < 0x10000 ? "\\u" + padded(4) : "\\U" + padded(8)
  }

  /// The text between two double quotes; nil where an escape does not exist or its bytes are no UTF-8.
  static func unquoted(_ inner: some Collection<Unicode.Scalar>) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(inner)[...]
    while let scalar = rest.popFirst() {
      guard scalar != "\n", scalar != "\"" else { return nil }
      guard scalar == "\\" else {
        bytes += Array(String(scalar).utf8)
        continue
      }
      guard let letter = rest.popFirst() else { return nil }
      switch letter {
      case "a": bytes.append(7)
      case "b": bytes.append(8)
      case "f": bytes.append(12)
      case "n": bytes.append(10)
      case "r": bytes.append(13)
      case "t": bytes.append(9)
      case "v": bytes.append(11)
      case "\\", "\"": bytes.append(UInt8(letter.value))
      case "x":
        guard let value = number(&rest, digits: 2, radix: 16) else { return nil }
        bytes.append(UInt8(value))
      case "u", "U":
        guard let value = number(&rest, digits: letter == "u" ? 4 : 8, radix: 16),
          let scalar = Unicode.Scalar(value)
        else { return nil }
        bytes += Array(String(scalar).utf8)
      case "0"..."7":
        rest = rest[(rest.startIndex - 1)...]
        guard let value = number(&rest, digits: 3, radix: 8), value < 256 else { return nil }
        bytes.append(UInt8(value))
      default: return nil
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func number(_ rest: inout ArraySlice<Unicode.Scalar>, digits: Int, radix: Int) -> UInt32? {
    guard rest.count >= digits else { return nil }
    let text = String(String.UnicodeScalarView(rest.prefix(digits)))
    guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
    rest = rest.dropFirst(digits)
    return UInt32(text, radix: radix)
  }
}
