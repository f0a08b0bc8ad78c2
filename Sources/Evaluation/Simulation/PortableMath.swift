/// Elementary functions from additions, multiplications and divisions alone, which every processor rounds alike:
/// the system's own may differ in the last bit between machines, and simulated files are compared byte for byte.
/// Relative errors are below 1e-14 in the ranges used here.
enum PortableMath {
  private static let naturalLogarithmOf2 = 0.693_147_180_559_945_3
  private static let pi = 3.141_592_653_589_793

  /// e to the power; saturates outside -700…700.
  static func exponential(_ value: Double) -> Double {
    let bounded = min(max(value, -700), 700)
    let power = (bounded / naturalLogarithmOf2).rounded()
    let rest = bounded - power * naturalLogarithmOf2
    var sum = 1.0
    for divisor in stride(from: 14.0, to: 0, by: -1) { sum = 1 + sum * rest / divisor }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }

  /// Natural logarithm; values that are not positive count as the smallest positive number.
  static func logarithm(_ value: Double) -> Double {
    let positive = max(value, Double.leastNormalMagnitude)
    var exponent = Double(positive.exponent)
    var significand = positive.significand
    if significand > 1.414_213_562_373_095 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var sum = 0.0
    for divisor in stride(from: 21.0, through: 1, by: -2) { sum = sum * square + 1 / divisor }
    return 2 * ratio * sum + exponent * naturalLogarithmOf2
  }

  /// Sine of an angle in whole turns.
  static func sine(turns: Double) -> Double {
    var angle = turns - turns.rounded()
    if angle > 0.25 { angle = 0.5 - angle }
    if angle < -0.25 { angle = -0.5 - angle }
    let radians = angle * 2 * pi
    let square = radians * radians
    var sum = 1.0
    for order in stride(from: 20.0, to: 0, by: -2) { sum = 1 - sum * square / (order * (order + 1)) }
    return radians * sum
  }
}
