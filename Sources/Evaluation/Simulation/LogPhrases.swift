/// What a simulated service writes: its own choice from a stock of phrases, with slots for what varies.
///
/// `{n}` a number, `{ms}` milliseconds, `{id}` hexadecimal digits, `{op}` an operation, `{callee}` what was called.
struct LogPhrases: Sendable {
  var routine: [String]
  var slow: String
  var failure: String
  var calleeFailure: String
  var harmlessWarning: String

  private static let routinePhrases = [
    "{op} finished in {ms} ms", "handled {op} for customer {n} in {ms} ms", "loaded {n} rows for {op}",
    "session {id} refreshed", "published {op}.done to topic events-{n}", "cache hit for key {id}",
    "cache miss for key {id}, loading", "{op} accepted, request {id}", "worker {n} picked up {op} {id}",
    "validated {n} items of request {id}", "GET /{op}/{id} 200 {ms}", "POST /{op} 201 {ms}",
    "flushed {n} metrics in {ms} ms", "connection {id} returned to pool", "token {id} verified",
  ]
  private static let storePhrases = [
    "checkpoint complete: wrote {n} buffers in {ms} ms", "connection received: host=10.0.{n}.12 port={n}",
    "statement {op} took {ms} ms", "compaction of segment {id} done in {ms} ms", "evicted {n} keys",
    "vacuum of table {op} removed {n} rows",
  ]
  private static let gatewayPhrases = [
    "\"GET /{op} HTTP/2\" 200 {n} {ms}", "\"POST /{op} HTTP/2\" 201 {n} {ms}", "upstream connection {id} reused",
    "client {id} connected", "client {id} closed keepalive connection",
  ]
  private static let slowPhrases = [
    "slow {op}: {ms} ms", "{op} took {ms} ms, budget is {n} ms", "request {id} exceeded its budget by {ms} ms",
  ]
  private static let failurePhrases = [
    "{op} failed: internal error, request {id}", "unhandled exception in {op}: request {id}",
    "500 on /{op}, request {id}",
  ]
  private static let calleeFailurePhrases = [
    "call to {callee} failed: status 503 after {ms} ms", "{callee}: deadline exceeded after {ms} ms",
    "error from {callee} while serving {op}: upstream unavailable",
  ]
  private static let warningPhrases = [
    "deprecated parameter used by client {id}", "retry budget at {n} percent", "clock drift of {ms} ms to peer {id}",
    "certificate chain of peer {id} has {n} entries",
  ]

  init(role isStoreOrGateway: (isStore: Bool, isGateway: Bool), random: inout SeededRandom) {
    let stock =
      isStoreOrGateway.isStore
      ? Self.storePhrases : isStoreOrGateway.isGateway ? Self.gatewayPhrases : Self.routinePhrases
    routine = Array(random.shuffled(stock).prefix(5))
    slow = random.pick(Self.slowPhrases) ?? ""
    failure = random.pick(Self.failurePhrases) ?? ""
    calleeFailure = random.pick(Self.calleeFailurePhrases) ?? ""
    harmlessWarning = random.pick(Self.warningPhrases) ?? ""
  }

  /// What the faulty component itself may say; some faults leave no words.
  static func symptoms(of fault: SimulatedFault) -> [String] {
    switch fault.mechanism {
    case .cpuHog: ["scheduling delay of {ms} ms in worker {n}"]
    case .memoryLeak: ["garbage collection pause of {ms} ms, heap {n} percent", "allocation of {n} bytes failed"]
    case .diskSaturation: fault.form < 0.7 ? ["fsync took {ms} ms"] : ["write failed: no space left on device"]
    case .networkDelay: []
    case .networkLoss: ["connection {id} reset by peer"]
    case .failingRelease:
      ["java.lang.NullPointerException at Mapper.java:{n} in {op}", "cannot read field of missing record {id}"]
    case .badConfiguration:
      fault.form < 0.35
        ? ["timed out waiting for a free connection after {ms} ms"]
        : ["configuration loaded, revision {n}", "permission denied for {op}"]
    case .dependencyOutage: []
    case .trafficSurge: ["rate limiter close to its ceiling: {n} requests"]
    case .lockContention: ["process {n} still waiting for lock after {ms} ms", "deadlock detected on relation {n}"]
    case .certificateExpiry: ["TLS handshake failed: certificate has expired"]
    }
  }
}
