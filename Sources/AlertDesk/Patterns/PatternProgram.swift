/// What a place in the text must be like, without taking a scalar of it.
enum PatternAssertion: Hashable, Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// One step of a pattern's machine; distances are relative, so that pieces can be put one after another.
enum PatternStep: Hashable, Sendable {
  /// Takes one scalar of the set with this index.
  case take(Int32)
  case split(Int32, Int32)
  case jump(Int32)
  case assert(PatternAssertion)
}

/// Steps that are entered at the first and left behind the last (Thompson's construction, 1968).
struct PatternPiece: Sendable {
  var steps: [PatternStep]
  /// Levels of the expression, as far as Go's `regexp/syntax` counts and bounds them.
  var height = 1
  /// The largest product of nested `{n,m}`.
  var repeatProduct = 1

  static let empty = PatternPiece(steps: [])

  static func sequence(_ pieces: [PatternPiece]) -> PatternPiece {
    if pieces.count == 1, let only = pieces.first { return only }
    return PatternPiece(
      steps: Array(pieces.map(\.steps).joined()), height: 1 + (pieces.map(\.height).max() ?? 0),
      repeatProduct: pieces.map(\.repeatProduct).max() ?? 1)
  }

  static func choice(_ pieces: [PatternPiece]) -> PatternPiece {
    if pieces.count == 1, let only = pieces.first { return only }
    let end = pieces.reduce(-2) { $0 + $1.steps.count + 2 }
    var steps: [PatternStep] = []
    for (index, piece) in pieces.enumerated() {
      let isLast = index == pieces.count - 1
      if !isLast { steps.append(.split(1, Int32(piece.steps.count + 2))) }
      steps += piece.steps
      if !isLast { steps.append(.jump(Int32(end - steps.count))) }
    }
    return PatternPiece(
      steps: steps, height: 1 + (pieces.map(\.height).max() ?? 0),
      repeatProduct: pieces.map(\.repeatProduct).max() ?? 1)
  }

  var optional: PatternPiece { with([.split(1, Int32(steps.count + 1))] + steps) }

  var anyTimes: PatternPiece {
    let count = Int32(steps.count)
    return with([.split(1, count + 2)] + steps + [.jump(-count - 1)])
  }

  var atLeastOnce: PatternPiece { with(steps + [.split(-Int32(steps.count), 1)]) }

  /// `{least,most}`; without a most, any number more.
  func repeated(_ least: Int, _ most: Int?) -> PatternPiece {
    var result: [PatternStep] = []
    for _ in 0..<least { result += steps }
    if let most {
      for left in stride(from: most - least, to: 0, by: -1) {
        result.append(.split(1, Int32(left * (steps.count + 1))))
        result += steps
      }
    } else {
      result += least == 0 ? anyTimes.steps : [.split(-Int32(steps.count), 1)]
    }
    var piece = with(result)
    let factor = most ?? least
    piece.repeatProduct = most == 0 ? 1 : max(1, factor) * repeatProduct
    return piece
  }

  private func with(_ steps: [PatternStep]) -> PatternPiece {
    PatternPiece(steps: steps, height: height + 1, repeatProduct: repeatProduct)
  }
}
