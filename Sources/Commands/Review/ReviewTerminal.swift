import Dispatch
import Foundation

/// A terminal in raw mode on its alternate screen; as it was before, however this ends.
final class RawTerminal: @unchecked Sendable {
  private let lock = NSLock()
  private var saved = termios()
  private var isRaw = false
  private var sources: [any DispatchSourceSignal] = []
  private var timer: (any DispatchSourceTimer)?

  /// Nil where standard input or output is none.
  init?() {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &saved) == 0 else {
      return nil
    }
    var raw = saved
    cfmakeraw(&raw)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { return nil }
    isRaw = true
    Self.send("\u{1B}[?1049h\u{1B}[?25l")
    // A signal that would end the program leaves the terminal as it was, then ends it.
    for number in [SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "terminal"))
      source.setEventHandler { [weak self] in
        self?.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
      source.activate()
      sources.append(source)
    }
  }

  func restore() {
    lock.withLock {
      guard isRaw else { return }
      isRaw = false
      Self.send("\u{1B}[?25h\u{1B}[?1049l")
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
    }
  }

  deinit { restore() }

  var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Every line in its place; what stood behind it is erased. The first is the head.
  func draw(_ lines: [String]) {
    var text = "\u{1B}[H"
    for (number, line) in lines.enumerated() {
      text += (number == 0 ? "\u{1B}[7m\(line)\u{1B}[0m" : line) + "\u{1B}[K" + (number + 1 < lines.count ? "\r\n" : "")
    }
    Self.send(text + "\u{1B}[J")
  }

  private static func send(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, written))
    }
  }

  enum Event: Sendable {
    case keys([UInt8])
    case resized
    case tick
    case closed
  }

  /// What happens at the terminal, and a tick every second: others work at the same desk.
  func events() -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    let thread = Thread {
      while true {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        continuation.yield(.keys(Array(bytes.prefix(count))))
      }
      continuation.yield(.closed)
    }
    thread.start()
    let queue = DispatchQueue(label: "terminal.events")
    signal(SIGWINCH, SIG_IGN)
    let resize = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: queue)
    resize.setEventHandler { continuation.yield(.resized) }
    resize.activate()
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { continuation.yield(.tick) }
    timer.activate()
    sources.append(resize)
    self.timer = timer
    return stream
  }
}
