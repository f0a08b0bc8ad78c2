/// Products and their reviews, from the cache where it has them.
enum Catalogue {
  static let routes: Routes = [
    "GET /product": { exchange in
      let product = try exchange.number("id")
      return try cached("product:\(product)", exchange) {
        let rows = try exchange.query("SELECT product", "SELECT name, price FROM product WHERE id = \(product)")
        let reviews = try exchange.query(
          "SELECT review", "SELECT count(*), avg(stars) FROM review WHERE product = \(product)")
        return (rows + reviews).map { $0.map { $0 ?? "" }.joined(separator: "|") }.joined(separator: "\n")
      }
    },
    "GET /category": { exchange in
      let category = try exchange.number("id")
      return try cached("category:\(category)", exchange) {
        try exchange.query(
          "SELECT category", "SELECT id, name, price FROM product WHERE category = \(category) ORDER BY price LIMIT 20"
        ).map { $0.map { $0 ?? "" }.joined(separator: "|") }.joined(separator: "\n")
      }
    },
  ]

  private static func cached(_ key: String, _ exchange: Exchange, _ make: () throws -> String) throws -> String {
    if let known = try exchange.redis("GET", key).first {
      exchange.service.metrics.count("cache_hits_total")
      return known
    }
    exchange.service.metrics.count("cache_misses_total")
    let made = try make()
    _ = try exchange.redis("SET", key, made, "EX", "\(max(1, exchange.service.settings.cacheSeconds))")
    return made
  }
}
