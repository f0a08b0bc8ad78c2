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
  private struct State {
    var done = 0
    var lastShownSeconds = -1e9
  }

  private let console: Console
  private let label: String
  private let total: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  package init(_ label: String, total: Int, console: Console) {
    self.label = label
    self.total = total
    self.console = console
  }

  package func advance(to done: Int) {
    state.withLock { state in
      state.done = max(state.done, done)
      let elapsedSeconds = start.duration(to: .now) / .seconds(1)
      let interval = console.errorIsTerminal ? 0.1 : 5.0
      guard elapsedSeconds - state.lastShownSeconds >= interval || state.done == total else { return }
      state.lastShownSeconds = elapsedSeconds
      let remaining = state.done > 0 ? elapsedSeconds / Double(state.done) * Double(total - state.done) : 0
      let tail = state.done < total && remaining >= 1 ? ", about \(Int(remaining)) s left" : ""
      if console.errorIsTerminal {
        let width = 30
        let filled = total > 0 ? width * state.done / total : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        console.redraw("\(label) \(bar) \(state.done)/\(total)\(tail)")
      } else {
        console.note("\(label): \(state.done) of \(total)\(tail)")
      }
    }
  }

  /// Leaves the terminal on a fresh line.
  package func finish() {
    if console.errorIsTerminal { console.redraw("") }
  }
}
