import IncidentModel

/// A series in one row of block characters, with a bar where its onset is.
struct Sparkline {
  /// The mean of each cell's values as a block, `·` for a gap, `│` before the cell of the onset.
  var text: String
  /// `0.31 → 0.97 cores (usual 0.26–0.36)`
  var change: String

  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// Takes one column more than `cells` for the bar.
  init(_ excerpt: SeriesExcerpt, cells: Int) {
    let values = Self.means(excerpt, cells: cells)
    let finite = values.compactMap { $0 }
    let high = max(finite.max() ?? 0, excerpt.baselineHigh.isFinite ? excerpt.baselineHigh : 0)
    let smallest = finite.min() ?? 0
    // From zero unless that would flatten the shape.
    let low = smallest >= 0 && smallest < high * 0.7 ? 0 : smallest
    let bar = excerpt.onset.flatMap { Self.cell(of: $0, in: excerpt, cells: cells) }
    var text = ""
    for (cell, value) in values.enumerated() {
      if cell == bar { text += "│" }
      guard let value else {
        text += "·"
        continue
      }
      let share = high > low ? ((value - low) / (high - low)).clamped(to: 0...1) : 0
      text.append(Self.blocks[min(Int(share * Double(Self.blocks.count)), Self.blocks.count - 1)])
    }
    self.text = text
    change = SeriesChange(excerpt).text
  }

  /// Means of the samples in each cell. Cells between two samples of a series that is sparser than the cells lie on
  /// the line between them; only where samples are missing is there a gap.
  private static func means(_ excerpt: SeriesExcerpt, cells: Int) -> [Double?] {
    var sums = [Double](repeating: 0, count: cells)
    var counts = [Int](repeating: 0, count: cells)
    var missing = [Bool](repeating: false, count: cells)
    for (time, value) in zip(excerpt.times, excerpt.values) {
      guard let cell = cell(of: time, in: excerpt, cells: cells) else { continue }
      guard let value, value.isFinite else {
        missing[cell] = true
        continue
      }
      sums[cell] += value
      counts[cell] += 1
    }
    var means: [Double?] = zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : nil }
    // Twice the usual distance between samples, in cells.
    let reach = 2 * cells / max(excerpt.times.count, 1) + 1
    var last: Int?
    for cell in means.indices {
      guard let value = means[cell] else {
        if missing[cell] { last = nil }
        continue
      }
      if let last, let before = means[last], cell - last > 1, cell - last <= reach {
        for between in (last + 1)..<cell {
          means[between] = before + (value - before) * Double(between - last) / Double(cell - last)
        }
      }
      last = cell
    }
    return means
  }

  private static func cell(of moment: Timestamp, in excerpt: SeriesExcerpt, cells: Int) -> Int? {
    guard let first = excerpt.times.first, let last = excerpt.times.last, first < last, cells > 0 else { return nil }
    guard first <= moment, moment <= last else { return nil }
    let share = first.seconds(until: moment) / first.seconds(until: last)
    return min(Int((share * Double(cells)).clamped(to: 0...Double(cells))), cells - 1)
  }
}

/// A series before and after its onset, in words.
struct SeriesChange {
  /// Medians; without an onset, the middle of the usual range and the value farthest from it.
  var before: Double
  var after: Double
  var text: String

  init(_ excerpt: SeriesExcerpt) {
    let pairs = zip(excerpt.times, excerpt.values).compactMap { time, value in
      value.flatMap { $0.isFinite ? (time, $0) : nil }
    }
    let middle = (excerpt.baselineLow + excerpt.baselineHigh) / 2
    var early: [Double] = []
    var late: [Double] = []
    if let onset = excerpt.onset {
      early = pairs.filter { $0.0 < onset }.map(\.1)
      late = pairs.filter { $0.0 >= onset }.map(\.1)
    }
    let farthest = pairs.map(\.1).max { abs($0 - middle) < abs($1 - middle) } ?? middle
    before = Self.median(early) ?? middle
    after = Self.median(late) ?? farthest
    let scale = Quantity.Scale(largest: max(abs(before), abs(after)), unit: excerpt.unit)
    let unit = scale.unit.isEmpty ? "" : " \(scale.unit)"
    let band = "\(scale.short(excerpt.baselineLow))–\(scale.short(excerpt.baselineHigh))"
    text = "\(scale.short(before)) → \(scale.short(after))\(unit) (usual \(band))"
  }

  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
