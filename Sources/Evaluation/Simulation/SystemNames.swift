/// Words that simulated systems are named from. Which service gets which name is drawn, so a name says nothing about
/// what will go wrong.
struct SystemNames {
  static let systems = ["shop", "tickets", "clinic", "lending", "press", "parcels"]

  private static let gateways = ["web-gateway", "api-gateway", "partner-gateway", "mobile-gateway"]
  private static let applications = [
    "storefront", "catalog", "search", "cart", "checkout", "payment", "orders", "inventory", "shipping", "accounts",
    "pricing", "recommendations", "reviews", "notifications", "loyalty", "invoices", "booking", "seats", "timetable",
    "refunds", "identity", "sessions", "profiles", "media", "documents", "scheduler", "quotes", "ledger", "fraud",
    "tracking", "returns", "warehouse", "routes", "vouchers", "support", "reports", "exports", "consent", "geocoder",
    "translations",
  ]
  private static let externals = [
    "card-network", "mail-relay", "maps-provider", "tax-service", "sms-carrier", "kyc-bureau",
  ]

  private var taken: Set<String> = []
  private let applications: [String]
  private let externals: [String]

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed, purpose: "names")
    applications = random.shuffled(Self.applications)
    externals = random.shuffled(Self.externals)
  }

  mutating func gateway(_ number: Int) -> String { claim(Self.gateways[number % Self.gateways.count]) }
  mutating func application(_ number: Int) -> String { claim(applications[number % applications.count]) }
  mutating func external(_ number: Int) -> String { claim(externals[number % externals.count]) }

  /// Stores are named after a service that uses them.
  mutating func store(of user: String, suffix: String) -> String { claim("\(user)-\(suffix)") }

  static let operations = ["list", "get", "create", "update", "confirm", "lookup", "submit", "check"]

  /// The name itself, or with the first free number: `cart2`, since `cart-2` is a copy of `cart`.
  private mutating func claim(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(name)\(number)"
      number += 1
    }
    return candidate
  }
}
