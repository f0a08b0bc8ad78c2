import Foundation
import HTTPTransport

/// The shop's users, over HTTPS: arrivals at random around the hour's rate, as many as there are places for.
enum LoadGenerator {
  private static let places = Places(count: 200)
  private static let products = 600
  private static let users = 400
  private static let deadlineSeconds = 3.0

  /// What one user does next, and how often in a hundred.
  enum Visit: CaseIterable {
    case product, category, fillCart, lookAtCart, buy

    var share: Double {
      switch self {
      case .product: 52
      case .category: 16
      case .fillCart: 14
      case .lookAtCart: 8
      case .buy: 10
      }
    }

    static func chosen(by number: Double) -> Visit {
      var rest = number * 100
      for visit in allCases {
        rest -= visit.share
        if rest < 0 { return visit }
      }
      return .product
    }
  }

  /// Requests a second: a day with a quiet night and two maxima.
  static func rate(_ configuration: ShopConfiguration, atSeconds seconds: Double) -> Double {
    let turn = 2 * Double.pi * seconds / max(configuration.settings.daySeconds, 1)
    let shape = 1 + 0.22 * sin(turn) + 0.08 * sin(2 * turn + 1)
    return max(0.1, configuration.settings.requestsPerSecond * shape * configuration.behaviour.trafficFactor)
  }

  static func run(_ service: Service) throws {
    Threads.start("metrics") { try? service.run([:]) }
    let authority = try Data(contentsOf: URL(fileURLWithPath: service.settings.authorityFile))
    var connection = HTTPSettings()
    connection.certificateAuthorities = [UInt8](authority)
    connection.serverName = "shop.example"
    let client = HTTPClient(connection)
    service.metrics.gauge("users_waiting") { Double(places.inUse) }
    let start = Moment.monotonicSeconds
    var next = start
    while true {
      let rate = rate(service.configuration.now, atSeconds: Moment.monotonicSeconds - start)
      next += -log(max(1e-9, service.draw { $0.unit() })) / rate
      let wait = next - Moment.monotonicSeconds
      if wait > 0 { Thread.sleep(forTimeInterval: wait) } else { next = max(next, Moment.monotonicSeconds - 1) }
      guard places.take(waitingSeconds: 0) else {
        service.metrics.observeCall(of: "nginx", "error_type=\"no_place\"", seconds: deadlineSeconds)
        continue
      }
      let (visit, user, product) = plan(service)
      Threads.start("user") {
        make(visit, user: user, product: product, service, client)
        places.giveBack()
      }
    }
  }

  private static func plan(_ service: Service) -> (Visit, user: Int, product: Int) {
    let isHot = service.chance(service.behaviour.hotShare)
    return service.draw { random in
      let visit = Visit.chosen(by: random.unit())
      // Some products are wanted more than others.
      let wanted = random.unit()
      let product = isHot ? 7 : 1 + Int(wanted * wanted * Double(products - 1))
      // Everybody of a crowd wants to have it.
      return (isHot && visit != .product ? .buy : visit, 1 + random.index(below: users), product)
    }
  }

  private static func make(_ visit: Visit, user: Int, product: Int, _ service: Service, _ client: HTTPClient) {
    let base = "https://\(service.settings.addresses["nginx"] ?? "127.0.0.1")"
    switch visit {
    case .product: ask(.get, "\(base)/product?id=\(product)", service, client)
    case .category: ask(.get, "\(base)/category?id=\(1 + product % 40)", service, client)
    case .fillCart: ask(.post, "\(base)/cart?user=\(user)&product=\(product)", service, client)
    case .lookAtCart: ask(.get, "\(base)/cart?user=\(user)", service, client)
    case .buy:
      ask(.post, "\(base)/cart?user=\(user)&product=\(product)", service, client)
      // Somebody reads before buying; meanwhile the cart has to be kept.
      Thread.sleep(forTimeInterval: 1.5)
      ask(.post, "\(base)/checkout?user=\(user)", service, client)
    }
  }

  private static func ask(_ method: HTTPRequest.Method, _ url: String, _ service: Service, _ client: HTTPClient) {
    var request = HTTPRequest(url, method: method)
    request.deadlineSeconds = deadlineSeconds
    request.connectTimeoutSeconds = deadlineSeconds
    let share = service.settings.sampledShare
    let trace = service.draw { random in RequestTrace(sampled: random.unit() < share, random: &random) }
    request.headers = [.init("traceparent", trace.header)]
    let began = Moment.monotonicSeconds
    let start = service.telemetry.now
    var isRight = false
    var (why, outcome) = ("", "error_type=\"no_answer\"")
    do {
      let response = try client.answer(request)
      isRight = response.status < 500
      outcome = "http_response_status_code=\"\(response.status)\""
      if !isRight { why = "status \(response.status)" }
    } catch { why = "\(error)" }
    let path =
      url.split(separator: "/", maxSplits: 2).last.map { "/" + $0.prefix { $0 != "?" }.drop { $0 != "/" }.dropFirst() }
      ?? "/"
    // Users are no component; what they see is how the web server answers.
    service.telemetry.span(
      trace, service: "nginx", name: "\(method.rawValue) \(path)", kind: 3, start: start, failed: !isRight)
    if !isRight {
      service.telemetry.write(.warning, "a user's \(method.rawValue) \(path) failed: \(why)", trace: trace)
    }
    service.metrics.observeCall(of: "nginx", outcome, seconds: Moment.monotonicSeconds - began)
  }
}
