import IncidentModel
import Telemetry

/// The kinds of lines in a log: each row's template, numbered in the order of first sight.
///
/// Whatever finds templates gives this; detectors know templates by number and show `texts`.
package struct LogTemplates: Sendable {
  /// Position in `texts`, a row each; -1 for rows that were not asked for.
  package var templateOfRow: [Int32]
  /// The severity, then what lines of this kind have in common.
  package var texts: [String]
  package var severities: [LogSeverity]
  /// The row of the first line of each kind.
  package var examples: [Int]

  /// Masks the rows of these ranges. Lines of one kind are those that are equal after `LogMask`.
  ///
  /// Beyond `maximumCount` templates the rest share one, so that a log of random text cannot fill the memory.
  package init(_ logs: LogTable, rows: [Range<Int>], maximumCount: Int = 20_000) {
    templateOfRow = [Int32](repeating: -1, count: logs.count)
    texts = []
    severities = []
    examples = []
    var numbers: [[UInt8]: Int32] = [:]
    var mask = LogMask()
    logs.bodyBytes.withUnsafeBufferPointer { bytes in
      for row in rows.joined() {
        let start = row == 0 ? 0 : logs.bodyEnds[row - 1]
        mask.apply(to: UnsafeBufferPointer(rebasing: bytes[start..<logs.bodyEnds[row]]), logs.severities[row])
        if let number = numbers[mask.masked] {
          templateOfRow[row] = number
          continue
        }
        let isFull = texts.count >= maximumCount
        let number = Int32(isFull ? maximumCount - 1 : texts.count)
        if !isFull {
          numbers[mask.masked] = number
          texts.append(mask.text)
          severities.append(logs.severities[row])
          examples.append(row)
        }
        templateOfRow[row] = number
      }
    }
  }
}
