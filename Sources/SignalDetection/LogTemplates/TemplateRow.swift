/// One place of a template.
struct TemplateColumn {
  /// Of the word that stands here on every line; 0 for a slot.
  var word: UInt64
  var kinds: SlotKinds
  /// Of the text of the first line, where all lines of a slot may still agree.
  var detail: UInt64
  /// Whether lines differ in `detail`, or in words.
  var isVaried = false
  /// Whether words that differ were merged here, so that any word fits.
  var takesAnyWord = false
  /// What stands between the column before and this one.
  var glue: LineToken.Glue
  /// Where the first line has it, in the example.
  var start: Int32
  var end: Int32

  init(_ token: LineToken) {
    word = token.word
    kinds = SlotKinds(token.kind)
    detail = token.detail
    glue = token.glue
    start = token.start
    end = token.end
  }

  mutating func widen(by other: TemplateColumn) {
    kinds.formUnion(other.kinds)
    isVaried = isVaried || other.isVaried || detail != other.detail
    takesAnyWord = takesAnyWord || other.takesAnyWord
  }
}

/// A template as it is mined: the lines that agree in every word.
struct TemplateRow {
  var id: LogTemplateID
  var count = 0
  /// Number of the line at which it was last seen.
  var lastLine = 0
  var columns: [TemplateColumn]
  /// Of number and glue of the columns, and of where the message starts: only rows with one skeleton are ever compared.
  var skeleton: UInt64
  /// Sum of the skeleton and of each word in its column; the sum makes it cheap to leave columns out.
  var key: UInt64
  /// Columns before it are the header.
  var messageStart: Int
  /// Of the kinds and details of the line seen last: most lines repeat it.
  var slotPrint: UInt64
  /// The first line, up to where the scanner looked.
  var example: [UInt8]
  var isCut: Bool

  @inline(__always)
  static func share(of word: UInt64, column: Int) -> UInt64 {
    word == 0 ? 0 : mixed(word, UInt64(truncatingIfNeeded: column) &+ 1)
  }

  /// Whether the column names the value after it: `key=value`, `"key":"value"`.
  func isKey(_ column: Int) -> Bool {
    guard columns.indices.contains(column + 1) else { return false }
    let after = columns[column + 1].glue
    return after.contains(.equals) || (columns[column].glue.contains(.quote) && after.isSuperset(of: [.quote, .colon]))
  }

  /// Whether the column is all of a named value.
  func isNamedValue(_ column: Int) -> Bool {
    let before = columns[column].glue
    if before.contains(.equals) { return !before.contains(.quote) || isClosed(column) }
    return before.isSuperset(of: [.quote, .colon]) && isClosed(column)
  }

  private func isClosed(_ column: Int) -> Bool {
    !columns.indices.contains(column + 1) || columns[column + 1].glue.contains(.quote)
  }

  /// Words of the message that say what happened: neither names of values nor values of that kind.
  func sayingWords(except column: Int) -> Int {
    (min(messageStart, columns.count)..<columns.count).count {
      $0 != column && columns[$0].word != 0 && !isKey($0) && !isNamedValue($0)
    }
  }

  func text(of column: Int) -> ArraySlice<UInt8> {
    guard columns.indices.contains(column) else { return [] }
    let range = Int(columns[column].start)..<Int(columns[column].end)
    return example.indices.contains(range.lowerBound) && range.upperBound <= example.count ? example[range] : []
  }

  /// Columns that take any word.
  var openColumns: [Int] { columns.indices.filter { columns[$0].takesAnyWord } }

  /// Takes over another row's lines and what they showed; `open` are the columns in which words differ.
  mutating func absorb(_ other: TemplateRow, opening open: [Int]) {
    count += other.count
    lastLine = max(lastLine, other.lastLine)
    slotPrint = 0
    for index in columns.indices where index < other.columns.count { columns[index].widen(by: other.columns[index]) }
    for index in open where columns.indices.contains(index) {
      key &-= Self.share(of: columns[index].word, column: index)
      columns[index].word = 0
      columns[index].isVaried = true
      columns[index].takesAnyWord = true
    }
  }

  /// The template as people read it: constant text as in the first line, slots by kind.
  var text: String {
    var result: [UInt8] = []
    var position = 0
    for column in columns {
      let start = Int(column.start)
      if position < start { result += example[min(position, example.count)..<min(start, example.count)] }
      let end = min(Int(column.end), example.count)
      result += Self.rendered(column, example: example[min(start, end)..<end])
      position = max(position, end)
    }
    if position < example.count { result += example[position...] }
    while let last = result.last, last <= 32 { result.removeLast() }
    let text = String(decoding: result, as: UTF8.self)
    return isCut ? text + " <*>" : text
  }

  private static func rendered(_ column: TemplateColumn, example: ArraySlice<UInt8>) -> [UInt8] {
    if column.word != 0 {
      return column.kinds == SlotKinds(.identifier) ? withoutNumbers(example) : Array(example)
    }
    if column.kinds == SlotKinds(.empty) { return Array(example) }
    let isTextual = column.kinds == SlotKinds(.word) || column.kinds == SlotKinds(.identifier)
    if isTextual, !column.isVaried { return withoutNumbers(example) }
    return Array(column.kinds.common.text.utf8)
  }

  private static func withoutNumbers(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var inNumber = false
    for byte in bytes {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if !isDigit { result.append(byte) } else if !inNumber { result += Array("<num>".utf8) }
      inNumber = isDigit
    }
    return result
  }
}
