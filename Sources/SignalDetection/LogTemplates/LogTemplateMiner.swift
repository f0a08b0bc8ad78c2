/// Which lines were written by the same log statement, without knowing the program: streaming and deterministic.
///
/// Lines become words and typed slots in one pass over their bytes (`LineScanner`). Lines that agree in every word
/// are one template at once; templates merge when the words in which they differ behave like the values of a variable
/// (`VariableEvidence`), and a merged template keeps the smallest number. So `current(id)` of a number that was handed
/// out earlier is always valid. Sources: the length buckets and the test of parent and child columns by the number of
/// different words are of Brain (Yu et al., IEEE TSC 2023); the search without a tree, the looks of words and the
/// header are our own.
package struct LogTemplateMiner: Sendable {
  /// When templates are merged.
  package enum Mode: Sendable {
    /// As lines come in, so that each number is as good as it can be at once.
    case streaming
    /// When `settle()` is called, with all lines known: the better choice where lines can be looked at twice.
    case batch
  }

  /// What memory is bounded by.
  package struct Limits: Sendable {
    /// Templates that stand at one time. At the bound they are merged; if that does not make room, those seen longest
    /// ago among the rarest go, and their lines count as `overflow`.
    package var templates = 16_384
    /// Numbers that are ever issued; afterwards a line that fits no template counts as `overflow`.
    package var issued: Int32 = 2_000_000
    /// Bytes of a line that are looked at.
    package var lineBytes = 8192

    package init() {}
  }

  private let mode: Mode
  private let limits: Limits
  private var scanner = LineScanner()
  private var book: TemplateBook
  private let byteClasses = ByteClass.table

  package init(_ mode: Mode = .streaming, limits: Limits = Limits()) {
    self.mode = mode
    self.limits = limits
    book = TemplateBook(limits: limits)
  }

  /// Counts one line, without its line break, and names its template.
  package mutating func add(_ line: UnsafeBufferPointer<UInt8>) -> LogTemplateID {
    let bytes = UnsafeBufferPointer(rebasing: line.prefix(limits.lineBytes))
    return byteClasses.withUnsafeBufferPointer { table in
      let text = LineText(bytes, table: table)
      scanner.scan(text)
      var header = LineHeader()
      if scanner.mayHaveHeader { scanner.replaceTokens { header = LineHeader(&$0, line: text) } }
      let isCut = scanner.isCut || line.count > limits.lineBytes
      return book.add(
        scanner.tokens, of: text, tailPrint: scanner.tailPrint, messageStart: header.messageStart, isCut: isCut,
        mergesAtOnce: mode == .streaming)
    }
  }

  package mutating func add(_ line: ArraySlice<UInt8>) -> LogTemplateID {
    line.withUnsafeBufferPointer { add($0) }
  }

  package mutating func add(_ line: String) -> LogTemplateID {
    var line = line
    return line.withUTF8 { add($0) }
  }

  /// Whether a time was among the first values of the line added last.
  package var lastLineHadTime: Bool { scanner.mayHaveHeader }

  /// Merges what all lines seen so far show to be one statement.
  package mutating func settle() { book.settle() }

  /// The number that stands today for one handed out earlier: the smallest of those it was merged with.
  package func current(_ id: LogTemplateID) -> LogTemplateID { book.current(id) }

  /// The words and slots of a template; `<*>` for `overflow` and for numbers never issued.
  package func template(_ id: LogTemplateID) -> String { book.row(current(id))?.text ?? "<*>" }

  /// Every template that stands today, by ascending number; `overflow` first, when lines count under it.
  package var templates: [LogTemplate] {
    let standing = book.rows.map {
      LogTemplate(id: $0.id, fingerprint: $0.key, text: $0.text, count: $0.count)
    }
    let overflow = LogTemplate(
      id: .overflow, fingerprint: 0, text: "<*>", count: book.overflowLines)
    return (overflow.count > 0 ? [overflow] : []) + standing.sorted { $0.id < $1.id }
  }
}
