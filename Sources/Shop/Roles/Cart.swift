/// What each user wants to buy, in Redis.
enum Cart {
  static let routes: Routes = [
    "GET /cart": { exchange in
      let user = try exchange.number("user")
      return try exchange.redis("LRANGE", "cart:\(user)", "0", "19").joined(separator: "\n")
    },
    "POST /cart": { exchange in
      let (user, product) = (try exchange.number("user"), try exchange.number("product"))
      _ = try exchange.redis("RPUSH", "cart:\(user)", "\(product)")
      _ = try exchange.redis("EXPIRE", "cart:\(user)", "600")
      return "added"
    },
    "POST /clear": { exchange in
      let user = try exchange.number("user")
      _ = try exchange.redis("DEL", "cart:\(user)")
      return "cleared"
    },
  ]
}
