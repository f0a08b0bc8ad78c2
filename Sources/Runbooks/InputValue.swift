/// A value from telemetry or a person on its way into a text that a program will read.
struct InputValue: Hashable {
  var text: String

  /// False for what could be taken for an option, could end a line, or is too long to be a name.
  static func isSafe(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256 && !text.hasPrefix("-")
      && text.unicodeScalars.allSatisfy { !isControl($0) }
  }

  /// Control characters, line and paragraph separators, and marks that change the direction of what is displayed.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }

  /// Inside a URL: everything but letters, digits and `-._~` percent-encoded.
  var inURL: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: encoded.append(byte)
      default: encoded += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
