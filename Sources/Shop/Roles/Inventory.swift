import Foundation

/// The stock, one row a product, and the worker that sends what was ordered.
enum Inventory {
  static let routes: Routes = [
    "POST /reserve": { exchange in
      let product = try exchange.number("product")
      // The row stays locked while the shelf is looked up, as in a transaction that does a little too much.
      _ = try exchange.query(
        "UPDATE stock",
        "BEGIN; UPDATE stock SET amount = amount - 1 WHERE product = \(product); SELECT pg_sleep(0.04); COMMIT")
      return "reserved"
    }
  ]

  /// Takes orders from the queue, at most so many a second, and tells how many wait.
  static func sendOrders(_ service: Service) {
    Threads.start("orders") {
      while true {
        Thread.sleep(forTimeInterval: 0.1)
        let length = try? service.cache.use { try $0.send(["LLEN", "orders"]).first.flatMap(Int.init) }
        guard let length = length ?? nil else { continue }
        service.metrics.setQueue(length)
        for _ in 0..<min(length, 3) {
          service.compute(milliseconds: 1)
          _ = try? service.cache.use { try $0.send(["LPOP", "orders"]) }
          service.metrics.count("orders_sent_total")
        }
      }
    }
  }
}

extension MetricRegistry {
  fileprivate func setQueue(_ length: Int) { gauge("order_queue_depth") { Double(length) } }
}
