/// An operation's name without what differs from call to call, so that calls of one kind are counted together.
enum OperationName {
  /// Runs of at least three digits, and of at least eight hexadecimal digits with a decimal one among them, become `*`.
  static func generalised(_ name: String) -> String {
    var out: [UInt8] = []
    var run: [UInt8] = []
    for byte in name.utf8 {
      if isDigit(byte) || isHexLetter(byte) {
        run.append(byte)
      } else {
        flush(&run, into: &out)
        out.append(byte)
      }
    }
    flush(&run, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  private static func flush(_ run: inout [UInt8], into out: inout [UInt8]) {
    defer { run.removeAll(keepingCapacity: true) }
    if run.count >= 8, run.contains(where: isDigit) {
      out.append(UInt8(ascii: "*"))
      return
    }
    var position = 0
    while position < run.count {
      let end = run[position...].firstIndex { !isDigit($0) } ?? run.count
      if end - position >= 3 {
        out.append(UInt8(ascii: "*"))
      } else {
        out.append(contentsOf: run[position..<end])
      }
      if end < run.count { out.append(run[end]) }
      position = end + 1
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isHexLetter(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f")
  }
}
