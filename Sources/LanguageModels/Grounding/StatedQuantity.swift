/// A number as a sentence states it: its value in the dimension's own unit, how exactly, and what it is said to be.
struct StatedQuantity: Hashable {
  enum Dimension: Hashable {
    case plain
    /// Seconds.
    case time
    /// Bytes.
    case size
    /// Bytes per second.
    case throughput
    /// 1 is the whole.
    case share
    /// Processor cores.
    case cores
    /// So many times another value.
    case multiple
    /// Something per second.
    case rate(String)
  }

  enum Role: Hashable { case observed, baseline, band, excess, offset, change }

  enum Bound: Hashable { case exact, about, atLeast, atMost }

  var value: Double
  var dimension: Dimension
  /// Half a unit of the last digit given, in the dimension's unit.
  var halfStep: Double
  /// Whether all digits of a plain count are given.
  var isWhole: Bool
  var role = Role.observed
  var bound = Bound.exact

  /// Whether the number is a fair way to give this value: the same dimension, rounded to the digits stated and not
  /// farther off than a twentieth.
  func agrees(with actual: Double) -> Bool {
    guard actual.isFinite, (actual < 0) == (value < 0) || abs(actual) <= halfStep else { return false }
    let size = abs(actual)
    let off = abs(value - actual)
    switch bound {
    case .exact:
      if isWhole, dimension == .plain { return off < 1e-9 || size >= 1000 && off <= size * 0.005 }
      return off <= min(halfStep * 1.0001, size * 0.05) || off <= size * 1e-6
        || value == 0 && off <= halfStep && size < 1e-9
    case .about: return off <= size * 0.1
    case .atLeast: return value <= actual * 1.000001 && actual <= value * 1.3
    case .atMost: return actual <= value * 1.000001 && value <= actual * 1.3
    }
  }
}

/// Units as they are written, with their size in the dimension's own unit.
enum StatedUnit {
  static func dimension(of unit: String) -> (dimension: StatedQuantity.Dimension, factor: Double)? {
    if let known = table[unit] ?? table[unit.lowercased()].flatMap({ isCaseSensitive(unit) ? nil : $0 }) {
      return known
    }
    if unit.hasSuffix("/s"), unit.utf8.count <= 24 {
      let base = String(unit.dropLast(2))
      if let size = table[base], size.dimension == .size { return (.throughput, size.factor) }
      return base.isEmpty || base.allSatisfy(\.isLetter) ? (.rate(counted(base)), 1) : nil
    }
    return nil
  }

  /// `m` is a thousandth of a core or a minute, depending on who writes: not known. `M` and `m` differ.
  private static func isCaseSensitive(_ unit: String) -> Bool { unit.utf8.count < 3 }

  private static func counted(_ noun: String) -> String {
    switch noun.lowercased() {
    case "req", "request", "requests": "requests"
    case "": ""
    default: noun.lowercased()
    }
  }

  private static let table: [String: (dimension: StatedQuantity.Dimension, factor: Double)] = {
    var table: [String: (dimension: StatedQuantity.Dimension, factor: Double)] = [:]
    func add(_ dimension: StatedQuantity.Dimension, _ factor: Double, _ names: String...) {
      for name in names { table[name] = (dimension, factor) }
    }
    add(.time, 1e-9, "ns", "nanoseconds")
    add(.time, 1e-6, "µs", "μs", "us", "microsecond", "microseconds")
    add(.time, 1e-3, "ms", "millisecond", "milliseconds")
    add(.time, 1, "s", "sec", "secs", "second", "seconds")
    add(.time, 60, "min", "mins", "minute", "minutes")
    add(.time, 3600, "h", "hr", "hrs", "hour", "hours")
    add(.time, 86_400, "d", "day", "days")
    add(.size, 1, "B", "byte", "bytes")
    for (power, letter) in ["k", "M", "G", "T"].enumerated() {
      let decimal = [1e3, 1e6, 1e9, 1e12][power]
      let binary = [1024, 1_048_576, 1_073_741_824, 1_099_511_627_776][power]
      add(.size, decimal, letter + "B")
      add(.size, Double(binary), letter.uppercased() + "iB", letter + "iB")
    }
    add(.size, 1e3, "KB")
    add(.share, 0.01, "%", "percent")
    add(.share, 1, "ratio", "share", "fraction")
    add(.cores, 1, "core", "cores")
    add(.cores, 1e-3, "millicore", "millicores")
    add(.multiple, 1, "times", "x", "×", "fold")
    add(.plain, 1, "count")
    add(.rate("requests"), 1, "rps")
    return table
  }()

  /// Small numbers in words.
  static let words: [String: Double] = [
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "hundred": 100, "thousand": 1000, "million": 1_000_000,
  ]

  /// Words that are a multiple by themselves.
  static let multiples: [String: Double] = [
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "triple": 3, "tripled": 3, "triples": 3, "thrice": 3,
    "quadrupled": 4, "quadruple": 4, "half": 0.5, "halved": 0.5, "halves": 0.5,
  ]
}
