import Foundation
import Synchronization

/// Results go to standard output, everything else to standard error.
package struct Console: Sendable {
  package var isQuiet: Bool
  /// Colour on standard output: a terminal, without `NO_COLOR` and `--no-color`.
  package var usesColor: Bool
  package var errorIsTerminal: Bool

  package init(isQuiet: Bool, noColor: Bool, environment: [String: String]) {
    self.isQuiet = isQuiet
    let refusesColor = noColor || !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    usesColor = !refusesColor && isatty(STDOUT_FILENO) == 1
    errorIsTerminal = isatty(STDERR_FILENO) == 1
  }

  /// Writes the result; a closed pipe (`| head`) ends the program quietly, as for other tools.
  package func result(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO) }

  package func note(_ text: String) {
    if !isQuiet { write(text + "\n", to: STDERR_FILENO) }
  }

  package func error(_ text: String) { write("tocsin: \(text)\n", to: STDERR_FILENO) }

  /// Redraws one line on a terminal.
  func redraw(_ text: String) {
    if !isQuiet { write("\r\u{1B}[K" + text, to: STDERR_FILENO) }
  }

  private func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}

/// Progress on long work: a bar on a terminal, a line every few seconds elsewhere.
package final class ProgressLine: Sendable {
  private let console: Console
  private let label: String
  private let start = ContinuousClock.now
  private let lastShownSeconds = Mutex(-1e9)

  package init(_ label: String, console: Console) {
    self.label = label
    self.console = console
  }

  package func show(done: Int, total: Int) {
    let elapsedSeconds = start.duration(to: .now) / .seconds(1)
    let intervalSeconds = console.errorIsTerminal ? 0.1 : 5.0
    let isDue = lastShownSeconds.withLock { last in
      guard elapsedSeconds - last >= intervalSeconds || done == total else { return false }
      last = elapsedSeconds
      return true
    }
    guard isDue else { return }
    let remaining = done > 0 ? elapsedSeconds / Double(done) * Double(total - done) : 0
    let tail = done < total && remaining >= 1 ? ", about \(Int(remaining)) s left" : ""
    if console.errorIsTerminal {
      let width = 30
      let filled = total > 0 ? width * done / total : width
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      console.redraw("\(label) \(bar) \(done)/\(total)\(tail)")
    } else {
      console.note("\(label): \(done) of \(total)\(tail)")
    }
  }

  /// Leaves the terminal on a fresh line.
  package func finish() {
    if console.errorIsTerminal { console.redraw("") }
  }
}
