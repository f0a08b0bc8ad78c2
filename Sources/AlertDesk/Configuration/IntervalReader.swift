import ConfigurationReading

/// Reads `time_intervals:` and `mute_time_intervals:`.
enum IntervalReader {
  static func intervals(_ whole: PolicyMapping) throws(PolicyProblem) -> [NamedIntervals] {
    var result: [NamedIntervals] = []
    var names: Set<String> = []
    for key in ["mute_time_intervals", "time_intervals"] {
      for entry in try whole[key]?.list() ?? [] {
        let mapping = try entry.mapping().merged()
        try mapping.requireKnown(["name", "time_intervals"])
        let name = try mapping["name"]?.text(canBeEmpty: true) ?? ""
        guard !name.isEmpty else { throw mapping.problem(at: "name", "a time interval needs a name") }
        guard names.insert(name).inserted else {
          throw entry.problem("there is already a time interval “\(name.prefix(80))”")
        }
        var spans: [CalendarSpan] = []
        for span in try mapping["time_intervals"]?.list() ?? [] { spans.append(try Self.span(span)) }
        result.append(NamedIntervals(name: name, spans: spans, place: RulePlace(entry)))
      }
    }
    return result
  }

  private static func span(_ value: PolicyValue) throws(PolicyProblem) -> CalendarSpan {
    // Nothing said: every moment.
    guard !value.isNothing else { return CalendarSpan() }
    let mapping = try value.mapping().merged()
    try mapping.requireKnown(["times", "weekdays", "days_of_month", "months", "years", "location"])
    var span = CalendarSpan()
    span.minutes = try ranges(mapping["times"], minutes)
    span.weekdays = try ranges(mapping["weekdays"]) { (value) throws(PolicyProblem) in
      try range(value, names: weekdayNames, numbers: nil)
    }
    span.daysOfMonth = try ranges(mapping["days_of_month"], days)
    span.months = try ranges(mapping["months"]) { (value) throws(PolicyProblem) in
      try range(value, names: monthNames, numbers: .min...(.max))
    }
    span.years = try ranges(mapping["years"]) { (value) throws(PolicyProblem) in
      try range(value, names: [:], numbers: .min...(.max))
    }
    if let location = mapping["location"] {
      let name = try location.text(canBeEmpty: true)
      guard let zone = TimeZoneRules(name) else {
        throw location.problem("“\(name.prefix(80))” is no time zone of the IANA database")
      }
      span.zone = zone
    }
    return span
  }

  /// Nil for a list that is missing or empty, which is no condition.
  private static func ranges<Range>(
    _ value: PolicyValue?, _ read: (PolicyValue) throws(PolicyProblem) -> Range
  ) throws(PolicyProblem) -> [Range]? {
    var ranges: [Range] = []
    for entry in try value?.list() ?? [] { ranges.append(try read(entry)) }
    return ranges.isEmpty ? nil : ranges
  }

  private static func minutes(_ value: PolicyValue) throws(PolicyProblem) -> Range<Int> {
    let mapping = try value.mapping().merged()
    try mapping.requireKnown(["start_time", "end_time"])
    let start = try minute(mapping.value("start_time"))
    let end = try minute(mapping.value("end_time"))
    guard start < end else { throw value.problem("the start must be before the end") }
    return start..<end
  }

  private static func minute(_ value: PolicyValue) throws(PolicyProblem) -> Int {
    let text = try value.text(canBeEmpty: true)
    let bytes = Array(text.utf8)
    let digits = bytes.enumerated().filter { $0.offset != 2 }.map { Int($0.element) - 48 }
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), digits.allSatisfy({ (0...9).contains($0) }) else {
      throw value.problem("this must be a time of day such as 08:30")
    }
    let hour = digits[0] * 10 + digits[1]
    let minute = digits[2] * 10 + digits[3]
    guard (hour < 24 && minute < 60) || (hour == 24 && minute == 0) else {
      throw value.problem("this must be a time of day from 00:00 to 24:00")
    }
    return hour * 60 + minute
  }

  /// The ends of `first:last`, or one of both.
  private static func ends(_ value: PolicyValue) throws(PolicyProblem) -> (first: String, last: String) {
    let text = try value.text(canBeEmpty: true).lowercased()
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch pieces.count {
    case 1: return (pieces[0], pieces[0])
    case 2: return (pieces[0], pieces[1])
    default: throw value.problem("a range has two ends, as in 1:5")
    }
  }

  private static func range(
    _ value: PolicyValue, names: [String: Int], numbers: ClosedRange<Int>?
  ) throws(PolicyProblem) -> ClosedRange<Int> {
    let (first, last) = try ends(value)
    func number(_ text: String) throws(PolicyProblem) -> Int {
      if let number = names[text] { return number }
      guard let numbers, let number = Int(text), numbers.contains(number) else {
        throw value.problem("“\(text.prefix(40))” cannot stand here")
      }
      return number
    }
    let (low, high) = (try number(first), try number(last))
    guard low <= high else { throw value.problem("the range goes backwards") }
    return low...high
  }

  private static func days(_ value: PolicyValue) throws(PolicyProblem) -> CalendarSpan.DayRange {
    let (first, last) = try ends(value)
    guard let low = Int(first), let high = Int(last), low != 0, high != 0, (-31...31).contains(low),
      (-31...31).contains(high)
    else { throw value.problem("a day of the month is from 1 to 31, or from -31 to -1 counted from the end") }
    guard !(low < 0 && high > 0) else { throw value.problem("a range that begins from the end must end there too") }
    // Whatever the month's length, as far as 28 days go.
    guard (low < 0 ? 28 + low : low) <= (high < 0 ? 28 + high : high) else {
      throw value.problem("the range goes backwards in every month")
    }
    return CalendarSpan.DayRange(first: low, last: high)
  }

  private static let weekdayNames = numbered(
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], from: 0)

  private static let monthNames = numbered(
    [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ], from: 1)

  private static func numbered(_ names: [String], from first: Int) -> [String: Int] {
    Dictionary(names.enumerated().map { ($1, first + $0) }) { $1 }
  }
}
