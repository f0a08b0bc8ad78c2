/// Values that are recognised by their form alone; each function gives the position after the value, or nil.
extension LineText {
  /// An IPv4 address with its port or prefix length.
  func endOfAddress(at start: Int) -> Int? {
    var position = start
    for group in 0..<4 {
      let length = digits(at: position, limit: 4)
      guard (1...3).contains(length) else { return nil }
      position += length
      if group < 3 {
        guard at(position, is: ".") else { return nil }
        position += 1
      }
    }
    if at(position, is: ".") && at(position + 1, is: .digit) { return nil }
    if at(position, is: ":") || at(position, is: "/") {
      let port = digits(at: position + 1, limit: 6)
      if (1...5).contains(port), !at(position + 1 + port, is: .alphanumeric), !at(position + 1 + port, is: ":") {
        position += 1 + port
      }
    }
    return at(position, is: .alphanumeric) ? nil : position
  }

  /// A MAC address or other pairs of hexadecimal digits, at least four, with colons; or an IPv6 address.
  func endOfColonHexadecimal(at start: Int) -> (end: Int, kind: SlotKind)? {
    guard at(start, is: .hexadecimal) else { return nil }
    var position = start
    var groups = 0
    var hasGap = false
    var isPairs = true
    var hasDigit = false
    while groups < 40 {
      var length = 0
      while length < 5, at(position + length, is: .hexadecimal) {
        hasDigit = hasDigit || at(position + length, is: .digit)
        length += 1
      }
      guard (1...4).contains(length) else { return nil }
      if length != 2 { isPairs = false }
      groups += 1
      position += length
      guard at(position, is: ":"), at(position + 1, is: .hexadecimal) || at(position + 1, is: ":") else { break }
      position += 1
      if at(position, is: ":") {
        if hasGap || !at(position + 1, is: .hexadecimal) { return nil }
        hasGap = true
        position += 1
      }
    }
    guard hasDigit, !at(position, is: .alphanumeric) else { return nil }
    if isPairs, groups >= 4, !hasGap { return (position, .hexadecimal) }
    return hasGap || groups == 8 ? (position, .address) : nil
  }

  func endOfURL(at start: Int) -> Int {
    var end = start
    while !at(end, is: .blank), !at(end, is: "\""), !at(end, is: "<"), !at(end, is: ">"), !at(end, is: ")"),
      !at(end, is: "]"), !at(end, is: "}"), !at(end, is: ","), !at(end, is: ";"), !at(end, is: "'")
    { end += 1 }
    while end > start, at(end - 1, is: ".") || at(end - 1, is: ":") { end -= 1 }
    return end
  }

  /// Where the digits, points and unit letters of a number end.
  func endOfNumber(at start: Int) -> Int {
    var end = start
    while at(end, is: [.digit, .dot]) { end += 1 }
    while at(end, is: .letter) { end += 1 }
    return end
  }

  func isUUID(_ range: Range<Int>) -> Bool {
    guard range.count == 36 else { return false }
    return range.allSatisfy { position in
      switch position - range.lowerBound {
      case 8, 13, 18, 23: at(position, is: "-")
      default: at(position, is: .hexadecimal)
      }
    }
  }

  /// `0x1f`, or at least six hexadecimal digits of which one is a digit.
  func isHexadecimal(_ range: Range<Int>) -> Bool {
    var digits = range
    if range.count > 2, at(range.lowerBound, is: "0"), at(range.lowerBound + 1, is: "x") {
      digits = (range.lowerBound + 2)..<range.upperBound
    } else if range.count < 6 {
      return false
    }
    return digits.allSatisfy { at($0, is: .hexadecimal) }
  }

  /// `8080` after a host name of at least three labels, the last in small letters: `mail.example.org:25`.
  func endOfPort(afterHost range: Range<Int>) -> Int? {
    guard at(range.upperBound, is: ":") else { return nil }
    let port = digits(at: range.upperBound + 1, limit: 6)
    let end = range.upperBound + 1 + port
    guard (1...5).contains(port), !at(end, is: .alphanumeric), !at(end, is: ":") else { return nil }
    var dots = 0
    var lastDot = range.lowerBound
    for position in range where at(position, is: .dot) {
      dots += 1
      lastDot = position
    }
    guard dots >= 2, lastDot + 1 < range.upperBound else { return nil }
    let isDomain = (lastDot + 1..<range.upperBound).allSatisfy { at($0, is: .letter) && self[$0] >= UInt8(ascii: "a") }
    return isDomain ? end : nil
  }

  /// What a token that begins with a digit or a sign measures; nil when it is no plain number with a known unit.
  func numberKind(_ range: Range<Int>) -> SlotKind? {
    var position = range.lowerBound
    if !at(position, is: .alphanumeric) { position += 1 }
    while position < range.upperBound, at(position, is: [.digit, .dot]) { position += 1 }
    if position == range.upperBound { return .number }
    return measureUnits[packed(position..<range.upperBound)]
  }

  /// After a number and one blank: the end of a spelled unit of at least two letters, as in `12 ms` or `3 bytes`.
  func spelledUnit(after end: Int) -> (end: Int, kind: SlotKind)? {
    guard at(end, is: " "), at(end + 1, is: .letter) else { return nil }
    var last = end + 1
    while last < end + 10, at(last, is: .letter) { last += 1 }
    guard last - end > 2, last - end <= 9, !at(last, is: [.digit, .mark, .slash]) else { return nil }
    return measureUnits[packed(end + 1..<last)].map { (last, $0) }
  }
}

private let measureUnits: PackedWords<SlotKind> = {
  let durations = [
    packed("ns"), packed("us"), packed("µs"), packed("ms"), packed("s"), packed("m"), packed("h"), packed("d"),
    packed("sec"), packed("secs"), packed("second"), packed("seconds"), packed("min"), packed("mins"),
    packed("minute"), packed("minutes"), packed("hour"), packed("hours"), packed("msec"), packed("msecs"),
  ]
  let sizes = [
    packed("B"), packed("K"), packed("M"), packed("G"), packed("k"), packed("kB"), packed("KB"), packed("MB"),
    packed("GB"), packed("TB"), packed("Kb"), packed("Mb"), packed("KiB"), packed("MiB"), packed("GiB"),
    packed("Ki"), packed("Mi"), packed("Gi"), packed("byte"), packed("bytes"), packed("Bytes"),
  ]
  return PackedWords(
    [(packed("%"), .number), (packed("x"), .number)] + durations.map { ($0, .duration) } + sizes.map { ($0, .size) })
}()
