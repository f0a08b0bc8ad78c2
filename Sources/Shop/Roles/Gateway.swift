/// The entry for users behind the web server: passes requests on to those who know.
enum Gateway {
  static let routes: Routes = [
    "GET /product": { exchange in
      let product = try exchange.number("id")
      return try exchange.call("catalogue", .get, "/product?id=\(product)")
    },
    "GET /category": { exchange in
      let category = try exchange.number("id")
      return try exchange.call("catalogue", .get, "/category?id=\(category)")
    },
    "GET /cart": { exchange in
      let user = try exchange.number("user")
      return try exchange.call("cart", .get, "/cart?user=\(user)")
    },
    "POST /cart": { exchange in
      let (user, product) = (try exchange.number("user"), try exchange.number("product"))
      return try exchange.call("cart", .post, "/cart?user=\(user)&product=\(product)")
    },
    "POST /checkout": { exchange in
      let user = try exchange.number("user")
      return try exchange.call("checkout", .post, "/checkout?user=\(user)")
    },
  ]
}
