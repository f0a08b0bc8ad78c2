import Foundation

/// Takes money: asks a bank, which is a wait, and keeps a record. Requests from another time are refused.
enum Payment {
  private static let mostSecondsApart = 60

  static let routes: Routes = [
    "POST /charge": { exchange in
      let (user, amount) = (try exchange.number("user"), try exchange.number("amount"))
      let apart = try exchange.number("at") - Int(exchange.service.telemetry.now / 1_000_000_000)
      guard abs(apart) <= mostSecondsApart else {
        throw ShopFailure(500, "the request's signature is not valid at this time: \(apart) s apart")
      }
      Thread.sleep(forTimeInterval: 0.012 + 0.018 * exchange.service.draw { $0.unit() })
      _ = try exchange.query("INSERT charge", "INSERT INTO charge (buyer, amount) VALUES (\(user), \(amount))")
      return "charged"
    }
  ]
}
