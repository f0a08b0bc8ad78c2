/// The templates that stand, how lines find them, and the numbers that were merged.
struct TemplateBook: Sendable {
  /// Rows of one skeleton.
  private struct Bucket: Sendable {
    var slots: [Int] = []
    /// Sets of columns that take any word, fewest columns first.
    var openColumns: [[Int]] = []
    /// Rows at the last merging.
    var settled = 0
    /// Whether rows came since then.
    var hasNews = true
  }

  private struct Recent: Sendable {
    static let count = 256
    static let none = Recent(key: 0, id: .overflow, slot: -1)

    var key: UInt64
    var id: LogTemplateID
    var slot: Int
  }

  private let limits: LogTemplateMiner.Limits
  /// Freed places hold nil and are used again.
  private var table: [TemplateRow?] = []
  private var freeSlots: [Int] = []
  private var buckets: [UInt64: Bucket] = [:]
  /// From a line's key to a number, possibly merged since.
  private var numbers: [UInt64: Int32] = [:]
  /// By number: what it was merged with, or itself; 0 when it was dropped.
  private var successors: [Int32] = [0]
  /// By number: the place in `table`.
  private var slots: [Int32] = [-1]
  /// Keys seen lately and where their rows stand, each at the place that its last bits name: most lines repeat one of
  /// few statements. Emptied when rows merge or go.
  private var recent = [Recent](repeating: .none, count: Recent.count)
  private var standing = 0
  private var lineNumber = 0
  private(set) var overflowLines = 0

  init(limits: LogTemplateMiner.Limits) { self.limits = limits }

  var rows: [TemplateRow] { table.compactMap { $0 } }

  func current(_ id: LogTemplateID) -> LogTemplateID {
    guard successors.indices.contains(Int(id.rawValue)) else { return .overflow }
    var number = id.rawValue
    while successors[Int(number)] != number { number = successors[Int(number)] }
    return LogTemplateID(rawValue: number)
  }

  func row(_ id: LogTemplateID) -> TemplateRow? {
    guard id != .overflow, slots.indices.contains(Int(id.rawValue)), slots[Int(id.rawValue)] >= 0 else { return nil }
    return table[Int(slots[Int(id.rawValue)])]
  }

  // MARK: - Lines

  mutating func add(
    _ tokens: [LineToken], of line: LineText, tailPrint: UInt64, messageStart: Int, isCut: Bool, mergesAtOnce: Bool
  ) -> LogTemplateID {
    lineNumber += 1
    var skeleton = mixed(tailPrint, UInt64(tokens.count) &* 512 &+ UInt64(messageStart) &* 2 &+ (isCut ? 1 : 0))
    var words: UInt64 = 0
    var details: UInt64 = 0
    var slotPrint: UInt64 = 1
    var messageWords = 0
    for (index, token) in tokens.enumerated() {
      skeleton = mixed(skeleton, token.gluePrint)
      if token.word != 0 {
        words &+= TemplateRow.share(of: token.word, column: index)
        if index >= messageStart { messageWords += 1 }
      } else {
        slotPrint = (slotPrint ^ token.detail ^ UInt64(token.kind.rawValue)) &* 0x9E37_79B9_7F4A_7C15
        if index >= messageStart { details &+= TemplateRow.share(of: token.detail, column: index) }
      }
    }
    // Without a single word, what identifiers look like is all there is.
    let usesDetails = messageWords == 0
    let key = skeleton &+ words &+ (usesDetails ? details : 0)
    let place = Int(truncatingIfNeeded: key % UInt64(Recent.count))
    if recent[place].key == key, recent[place].slot >= 0 {
      table[recent[place].slot]?.count(tokens, line: lineNumber, slotPrint: slotPrint)
      return recent[place].id
    }
    if let number = numbers[key] {
      let id = current(LogTemplateID(rawValue: number))
      count(id, tokens, slotPrint: slotPrint)
      if id != .overflow { recent[place] = Recent(key: key, id: id, slot: Int(slots[Int(id.rawValue)])) }
      return id
    }
    if let id = openTemplate(tokens, skeleton: skeleton, key: key) {
      if numbers.count < 4 * limits.templates { numbers[key] = id.rawValue }
      count(id, tokens, slotPrint: slotPrint)
      return id
    }
    if standing >= limits.templates { makeRoom() }
    guard successors.count < Int(limits.issued), standing < limits.templates else {
      overflowLines += 1
      return .overflow
    }
    var columns = tokens.map(TemplateColumn.init)
    if usesDetails {
      for index in columns.indices where index >= messageStart && columns[index].word == 0 {
        columns[index].word = columns[index].detail
      }
    }
    let id = LogTemplateID(rawValue: Int32(successors.count))
    let row = TemplateRow(
      id: id, count: 1, lastLine: lineNumber, columns: columns, skeleton: skeleton, key: key,
      messageStart: messageStart, slotPrint: slotPrint,
      example: Array(line.bytes.prefix(isCut ? Int(tokens.last?.end ?? 0) : line.count)), isCut: isCut)
    insert(row)
    if mergesAtOnce { settleIfGrown(skeleton) }
    return current(id)
  }

  @inline(__always)
  private mutating func count(_ id: LogTemplateID, _ tokens: [LineToken], slotPrint: UInt64) {
    guard id != .overflow else {
      overflowLines += 1
      return
    }
    table[Int(slots[Int(id.rawValue)])]?.count(tokens, line: lineNumber, slotPrint: slotPrint)
  }

  /// A template whose open columns take this line's words.
  private func openTemplate(_ tokens: [LineToken], skeleton: UInt64, key: UInt64) -> LogTemplateID? {
    guard let bucket = buckets[skeleton] else { return nil }
    for columns in bucket.openColumns {
      var openKey = key
      for column in columns where column < tokens.count {
        openKey &-= TemplateRow.share(of: tokens[column].word, column: column)
      }
      guard openKey != key, let number = numbers[openKey] else { continue }
      let id = current(LogTemplateID(rawValue: number))
      guard let row = row(id), row.skeleton == skeleton,
        columns.allSatisfy({ tokens[$0].word == 0 || row.columns[$0].takesAnyWord })
      else { continue }
      return id
    }
    return nil
  }

  private mutating func insert(_ row: TemplateRow) {
    let slot = freeSlots.popLast() ?? table.count
    if slot == table.count { table.append(row) } else { table[slot] = row }
    successors.append(row.id.rawValue)
    slots.append(Int32(slot))
    numbers[row.key] = row.id.rawValue
    buckets[row.skeleton, default: Bucket()].slots.append(slot)
    buckets[row.skeleton]?.hasNews = true
    standing += 1
  }

  // MARK: - Merging

  mutating func settle() {
    for skeleton in Array(buckets.keys) { settle(skeleton) }
  }

  private mutating func settleIfGrown(_ skeleton: UInt64) {
    guard let bucket = buckets[skeleton], bucket.slots.count >= 3,
      bucket.slots.count * 4 >= bucket.settled * 5
    else { return }
    settle(skeleton)
  }

  private mutating func settle(_ skeleton: UInt64) {
    guard var bucket = buckets[skeleton], bucket.hasNews, bucket.slots.count > 1 else { return }
    while true {
      let rows = bucket.slots.compactMap { table[$0] }.sorted { $0.id < $1.id }
      let merges = RowMerging(rows: rows).merges()
      if merges.isEmpty { break }
      for merge in merges { apply(merge, to: rows) }
      forgetRecent()
      bucket.slots = bucket.slots.filter { table[$0] != nil }
    }
    bucket.settled = bucket.slots.count
    bucket.hasNews = false
    let open = Set(bucket.slots.compactMap { table[$0]?.openColumns })
    bucket.openColumns = open.subtracting([[]]).sorted {
      $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1)
    }
    buckets[skeleton] = bucket
  }

  private mutating func apply(_ merge: RowMerging.Merge, to rows: [TemplateRow]) {
    guard let first = merge.rows.first else { return }
    var merged = rows[first]
    for other in merge.rows.dropFirst() {
      merged.absorb(rows[other], opening: merge.columns)
      let number = Int(rows[other].id.rawValue)
      successors[number] = merged.id.rawValue
      let slot = Int(slots[number])
      table[slot] = nil
      freeSlots.append(slot)
      slots[number] = -1
      standing -= 1
    }
    table[Int(slots[Int(merged.id.rawValue)])] = merged
    numbers[merged.key] = merged.id.rawValue
  }

  private mutating func forgetRecent() {
    for place in recent.indices { recent[place] = .none }
  }

  // MARK: - Bounds

  private mutating func makeRoom() {
    settle()
    forgetRecent()
    let target = limits.templates * 3 / 4
    if standing > target {
      let candidates = rows.sorted { left, right in
        let (leftIsSingle, rightIsSingle) = (left.count == 1, right.count == 1)
        return leftIsSingle != rightIsSingle ? leftIsSingle : left.lastLine < right.lastLine
      }
      for row in candidates.prefix(standing - target) { drop(row) }
      for skeleton in Array(buckets.keys) {
        buckets[skeleton]?.slots.removeAll { table[$0] == nil }
        if buckets[skeleton]?.slots.isEmpty == true { buckets[skeleton] = nil }
      }
    }
    // What was merged is found again through its open columns.
    numbers = numbers.filter { entry in row(LogTemplateID(rawValue: entry.value))?.key == entry.key }
  }

  private mutating func drop(_ row: TemplateRow) {
    let number = Int(row.id.rawValue)
    overflowLines += row.count
    successors[number] = 0
    table[Int(slots[number])] = nil
    freeSlots.append(Int(slots[number]))
    slots[number] = -1
    standing -= 1
  }
}

extension TemplateRow {
  @inline(__always)
  fileprivate mutating func count(_ tokens: [LineToken], line: Int, slotPrint: UInt64) {
    count += 1
    lastLine = line
    if self.slotPrint != slotPrint { note(tokens, slotPrint: slotPrint) }
  }

  /// Notes kinds and details of one more line.
  private mutating func note(_ tokens: [LineToken], slotPrint: UInt64) {
    self.slotPrint = slotPrint
    for index in columns.indices where index < tokens.count && columns[index].word == 0 {
      columns[index].kinds.formUnion(SlotKinds(tokens[index].kind))
      if columns[index].detail != tokens[index].detail { columns[index].isVaried = true }
    }
  }
}
