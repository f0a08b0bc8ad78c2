import IncidentModel
import Synchronization
import TextReading

/// Reads stretches of spans and logs from the files of single minutes, and keeps those that later cases need again.
final class NezhaRecordings: Sendable {
  private let folder: DatasetFolder
  private let kept = Mutex<[(key: Key, piece: NezhaPiece)]>([])

  /// Pieces beyond this many are forgotten, oldest first: enough for the days of a replay that runs in order.
  static let maximumKeptPieces = 64
  /// A file is named for the minute in which it was written. What it holds began and ended at most so much earlier and
  /// later.
  static let secondsBeforeName = 60.0
  static let secondsAfterName = 75.0

  private struct Key: Hashable {
    var parent: String
    var window: TimeWindow
    var limits: ReadLimits
  }

  init(folder: DatasetFolder) { self.folder = folder }

  /// The traces that begin in a window, with their logs. `isShared`: other cases will ask for the same.
  func piece(
    in parent: String, of day: NezhaDay, _ window: TimeWindow, isShared: Bool, from source: inout ByteSource
  ) throws -> NezhaPiece {
    let key = Key(parent: parent, window: window, limits: source.limits)
    if isShared, let known = kept.withLock({ pieces in pieces.first { $0.key == key }?.piece }) {
      for (path, digest) in known.digests { source.include(path, digest: digest) }
      return known
    }
    let piece = try load(parent, day, window, &source)
    if isShared {
      kept.withLock { pieces in
        guard !pieces.contains(where: { $0.key == key }) else { return }
        pieces.append((key, piece))
        if pieces.count > Self.maximumKeptPieces { pieces.removeFirst() }
      }
    }
    return piece
  }

  private func load(
    _ parent: String, _ day: NezhaDay, _ window: TimeWindow, _ source: inout ByteSource
  ) throws -> NezhaPiece {
    var piece = NezhaPiece()
    var spans = NezhaSpanReader(around: window)
    for name in try files(parent + "/trace", day, window) {
      let file = try source.read(name)
      piece.digests[file.relativePath] = file.digest
      piece.damagedRows[file.relativePath] = try spans.read(file, limits: source.limits)
    }
    let (table, index) = spans.builder.build()
    let (kept, newRows) = table.keepingTraces(beginningIn: window)
    var logs = NezhaLogReader(around: window, spans: index, keptAt: newRows)
    for name in try files(parent + "/log", day, window) {
      let file = try source.read(name)
      piece.digests[file.relativePath] = file.digest
      piece.damagedRows[file.relativePath] = try logs.read(file, limits: source.limits)
    }
    piece.spans = kept
    piece.logs = logs.builder.build()
    return piece
  }

  /// Paths of the minutes that may hold something of a window; none when there is no such folder.
  private func files(_ parent: String, _ day: NezhaDay, _ window: TimeWindow) throws -> [String] {
    guard folder.containsFolder(parent) else { return [] }
    return try folder.entries(parent).compactMap { entry in
      let name = entry.name.hasSuffix(".gz") ? String(entry.name.dropLast(3)) : entry.name
      guard !entry.isFolder, name.hasSuffix(".csv") else { return nil }
      if let minute = Self.minute(name, day) {
        guard
          minute.advanced(bySeconds: -Self.secondsBeforeName) < window.end,
          window.start < minute.advanced(bySeconds: Self.secondsAfterName)
        else { return nil }
      }
      return "\(parent)/\(name)"
    }
  }

  /// `03_53_trace.csv` is 03:53 of the day; nil for other names.
  private static func minute(_ name: String, _ day: NezhaDay) -> Timestamp? {
    let parts = name.split(separator: "_")
    guard parts.count >= 3, let midnight = day.midnight, let hour = Int64(parts[0]), let minute = Int64(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    return Timestamp(nanoseconds: midnight + (hour * 3600 + minute * 60) * 1_000_000_000)
  }
}

/// Rows that are not what they should be. Published recordings hold a few that were written over while they were
/// copied; more than a few mean that the file is not what it is taken for.
struct NezhaDamage {
  private(set) var count = 0
  private var total = 0
  private var first: DatasetError?

  static let toleratedShare = 0.01
  static let toleratedRows = 20

  mutating func countRow() { total += 1 }

  mutating func skip(_ error: DatasetError) {
    count += 1
    first = first ?? error
  }

  func throwIfTooMuch() throws {
    if let first, count > Self.toleratedRows, Double(count) > Self.toleratedShare * Double(total) { throw first }
  }
}
