/// An order: reserve the goods, take the money, write it down, and leave it to be sent.
enum Checkout {
  static let routes: Routes = [
    "POST /checkout": { exchange in
      let user = try exchange.number("user")
      let products = try exchange.call("cart", .get, "/cart?user=\(user)").split(separator: "\n").compactMap { Int($0) }
      guard let product = products.first else {
        exchange.service.metrics.count("orders_without_cart_total")
        throw ShopFailure(500, "the cart of this session is gone")
      }
      _ = try exchange.call("inventory", .post, "/reserve?product=\(product)")
      let settings = exchange.service.settings
      let sentAt = exchange.service.telemetry.now / 1_000_000_000
      _ = try exchange.call(
        "payment", host: settings.paymentHost, .post, "/charge?user=\(user)&amount=\(products.count * 20)&at=\(sentAt)")
      _ = try exchange.query(
        "INSERT purchase", "INSERT INTO purchase (buyer, product, note) VALUES (\(user), \(product), repeat('x', 400))")
      _ = try exchange.redis("RPUSH", "orders", "\(product)")
      _ = try exchange.call("cart", .post, "/clear?user=\(user)")
      exchange.service.metrics.count("orders_total")
      return "ordered"
    }
  ]
}
