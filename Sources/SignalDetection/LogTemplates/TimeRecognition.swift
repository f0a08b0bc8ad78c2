/// Time stamps as log files write them; each function gives the position after what it recognised, or nil.
extension LineText {
  /// A date, a time of day, or both, from ISO 8601 to syslog, Apache and Java; the token starts here.
  func endOfTime(at start: Int) -> Int? {
    let end: Int?
    switch digits(at: start, limit: 9) {
    case 0: end = endOfNamedDate(at: start)
    case 4: end = endOfDate(start, digits: 4)
    case 1, 2: end = endOfClock(at: start) ?? endOfDate(start, digits: 2)
    case 8: end = at(start + 8, is: "-") ? endOfLooseClock(at: start + 9) ?? endOfClock(at: start + 9) : nil
    default: end = nil
    }
    guard let end, !at(end, is: .alphanumeric), !at(end, is: "_") else { return nil }
    return end
  }

  /// `12:30:45.678Z`, `7:05:01,12 +0200`, `12:30`.
  private func endOfClock(at start: Int) -> Int? {
    let hourDigits = digits(at: start, limit: 3)
    guard (1...2).contains(hourDigits), at(start + hourDigits, is: ":") else { return nil }
    let minute = start + hourDigits + 1
    guard digits(at: minute, limit: 3) == 2 else { return nil }
    guard at(minute + 2, is: ":"), digits(at: minute + 3, limit: 3) == 2 else {
      let isWhole = hourDigits == 2 && !at(minute + 2, is: ":")
      return isWhole ? minute + 2 : nil
    }
    var end = minute + 5
    if at(end, is: ".") || at(end, is: ",") {
      let fraction = digits(at: end + 1)
      if fraction > 0 { end += 1 + fraction }
    } else if at(end, is: ":"), at(end + 1, is: .alphanumeric) {
      // Milliseconds after a colon; otherwise it is no time but a hardware address.
      guard digits(at: end + 1, limit: 4) == 3, !at(end + 4, is: ":") else { return nil }
      end += 4
    }
    return endOfZone(at: end)
  }

  /// `9:5:3:27`, without zeros in front and with milliseconds after a colon.
  private func endOfLooseClock(at start: Int) -> Int? {
    var position = start
    for part in 0..<4 {
      let length = digits(at: position, limit: 4)
      guard (1...(part == 3 ? 3 : 2)).contains(length) else { return nil }
      position += length
      guard part < 3 else { break }
      guard at(position, is: ":") else { return nil }
      position += 1
    }
    return position
  }

  private func endOfZone(at start: Int) -> Int {
    if at(start, is: "Z") { return start + 1 }
    let sign = at(start, is: " ") ? start + 1 : start
    guard at(sign, is: "+") || at(sign, is: "-") else { return start }
    if digits(at: sign + 1, limit: 5) == 4 { return sign + 5 }
    if digits(at: sign + 1, limit: 3) == 2, at(sign + 3, is: ":"), digits(at: sign + 4, limit: 3) == 2 {
      return sign + 6
    }
    return start
  }

  /// Year first or last with `-`, `/` or `.`; two parts only where a time of day follows.
  private func endOfDate(_ start: Int, digits first: Int) -> Int? {
    let separator = self[start + first]
    guard at(start + first, is: "-") || at(start + first, is: "/") || at(start + first, is: ".") else { return nil }
    let second = start + first + 1
    if first == 2, isMonthName(at: second), self[second + 3] == separator {
      let year = digits(at: second + 4, limit: 5)
      return year == 4 || year == 2 ? endOfClockAfterDate(second + 4 + year) : nil
    }
    guard digits(at: second, limit: 3) == 2 else { return nil }
    if self[second + 2] == separator {
      let last = digits(at: second + 3, limit: 5)
      guard last == 2 || (last == 4 && first == 2) else { return nil }
      let end = second + 3 + last
      // 1.2.3.4 is an address and 10.20.30 a version.
      if separator == UInt8(ascii: "."), first == 2 && last == 2 || at(end, is: ".") { return nil }
      return endOfClockAfterDate(end)
    }
    guard first == 2, at(second + 2, is: " ") else { return nil }
    return endOfClock(at: second + 3)
  }

  private func endOfClockAfterDate(_ end: Int) -> Int {
    var start = end
    if at(start, is: " ") {
      while start < count, at(start, is: " ") { start += 1 }
    } else if at(start, is: "T") || at(start, is: "-") || at(start, is: "_") || at(start, is: ":") {
      start += 1
    } else {
      return end
    }
    if let clock = endOfClock(at: start) { return clock }
    return at(end, is: "-") ? endOfDottedClock(at: start) ?? end : end
  }

  /// `11.38.37.267951`
  private func endOfDottedClock(at start: Int) -> Int? {
    guard digits(at: start, limit: 3) == 2, at(start + 2, is: "."), digits(at: start + 3, limit: 3) == 2,
      at(start + 5, is: "."), digits(at: start + 6, limit: 3) == 2
    else { return nil }
    let fraction = at(start + 8, is: ".") ? digits(at: start + 9) : 0
    return fraction > 0 ? start + 9 + fraction : start + 8
  }

  /// `Jul 17 08:06:12`, `Sun Jul 17 08:06:12 2005`, `Sat, 16 Jul 2005 08:14:07 GMT`.
  private func endOfNamedDate(at start: Int) -> Int? {
    guard at(start, is: .letter), at(start + 3, is: " ") || at(start + 3, is: ",") else { return nil }
    var position = start
    if isDayName(at: position) {
      position += at(start + 3, is: ",") ? 4 : 3
      while position < count, at(position, is: " ") { position += 1 }
    }
    let leadingDay = digits(at: position, limit: 3)
    if (1...2).contains(leadingDay), isMonthName(at: position + leadingDay + 1) {
      position += leadingDay + 5
      guard digits(at: position, limit: 5) == 4, let end = endOfClock(at: position + 5) else { return nil }
      return packed(end..<end + 4) == greenwich ? end + 4 : end
    }
    guard isMonthName(at: position) else { return nil }
    position += 3
    while position < count, at(position, is: " ") { position += 1 }
    let day = digits(at: position, limit: 3)
    guard (1...2).contains(day), at(position + day, is: " "), let end = endOfClock(at: position + day + 1) else {
      return nil
    }
    return at(end, is: " ") && digits(at: end + 1, limit: 5) == 4 && !at(end + 5, is: .alphanumeric) ? end + 5 : end
  }

  private func isMonthName(at start: Int) -> Bool {
    guard at(start, is: .letter), !at(start + 3, is: .letter) else { return false }
    return calendarNames.months.contains(packed(start..<start + 3))
  }

  private func isDayName(at start: Int) -> Bool { calendarNames.days.contains(packed(start..<start + 3)) }
}

private let greenwich = packed(" GMT")

private let calendarNames = (
  months: PackedWords([
    packed("Jan"), packed("Feb"), packed("Mar"), packed("Apr"), packed("May"), packed("Jun"), packed("Jul"),
    packed("Aug"), packed("Sep"), packed("Oct"), packed("Nov"), packed("Dec"),
  ]),
  days: PackedWords([
    packed("Mon"), packed("Tue"), packed("Wed"), packed("Thu"), packed("Fri"), packed("Sat"), packed("Sun"),
  ])
)
