import CCurl
import Foundation

/// One thread that drives libcurl's multi interface; everybody else leaves it orders and wakes it.
///
/// A thread, not a dispatch queue: it waits on sockets, and on Linux the global queues share Swift's few threads.
final class TransferThread: @unchecked Sendable {
  private enum Order {
    case add(Transfer)
    case cancel(Transfer)
    case resume(Transfer)
  }

  private static let globalStart: Void = { curl_global_init(Int(tocsin_curl_global_default())) }()
  /// Only an upper bound: sockets, timers and orders wake it.
  private static let longestWaitMilliseconds: Int32 = 60_000

  private let multi: UnsafeMutableRawPointer?
  private let lock = NSLock()
  /// Guarded by `lock`.
  private var orders: [Order] = []
  private var isStopped = false
  private var hasEnded = false
  /// The thread's own.
  private var running: [UnsafeMutableRawPointer: Transfer] = [:]

  init() {
    Self.globalStart
    multi = curl_multi_init()
    let thread = Thread { [self] in run() }
    thread.name = "http"
    thread.start()
  }

  func add(_ transfer: Transfer) { give(.add(transfer)) }
  func cancel(_ transfer: Transfer) { give(.cancel(transfer)) }
  func resume(_ transfer: Transfer) { give(.resume(transfer)) }

  func stop() {
    lock.withLock {
      isStopped = true
      if !hasEnded { curl_multi_wakeup(multi) }
    }
  }

  private func give(_ order: Order) {
    let isTooLate = lock.withLock {
      if hasEnded { return true }
      orders.append(order)
      curl_multi_wakeup(multi)
      return false
    }
    if isTooLate, case .add(let transfer) = order { transfer.end(.failure(transfer.error(.closed))) }
  }

  private func run() {
    blockBrokenPipeSignal()
    while true {
      let (given, stops) = lock.withLock {
        defer { orders = [] }
        return (orders, isStopped)
      }
      for order in given { obey(order) }
      if stops { break }
      var count: Int32 = 0
      curl_multi_perform(multi, &count)
      collect()
      curl_multi_poll(multi, nil, 0, Self.longestWaitMilliseconds, &count)
    }
    close()
  }

  /// libcurl does not shield writes to a closed TLS connection where signals are off, and the program's other threads
  /// want the signal for their own pipes.
  private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func obey(_ order: Order) {
    switch order {
    case .add(let transfer):
      running[transfer.easy] = transfer
      if curl_multi_add_handle(multi, transfer.easy) != CURLM_OK { finish(transfer, .failure(transfer.error(.other))) }
    case .cancel(let transfer):
      guard running[transfer.easy] === transfer else { return }
      finish(transfer, .failure(CancellationError()))
    case .resume(let transfer):
      guard running[transfer.easy] === transfer else { return }
      curl_easy_pause(transfer.easy, tocsin_curl_continue())
    }
  }

  private func collect() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let transfer = running[easy]
      else { continue }
      let code = message.pointee.data.result
      finish(transfer, code == CURLE_OK ? .success(()) : .failure(transfer.error(code)))
    }
  }

  private func finish(_ transfer: Transfer, _ ending: Result<Void, any Error>) {
    curl_multi_remove_handle(multi, transfer.easy)
    running[transfer.easy] = nil
    transfer.end(ending)
  }

  private func close() {
    let unanswered = lock.withLock {
      hasEnded = true
      return orders
    }
    for case .add(let transfer) in unanswered { transfer.end(.failure(transfer.error(.closed))) }
    for transfer in running.values { finish(transfer, .failure(transfer.error(.closed))) }
    curl_multi_cleanup(multi)
  }
}
