import IncidentModel
import RootCauseAnalysis
import Testing

/// Which component answers for what was seen: a replica, its service, the node below, an edge or a site.
@Suite struct GranularityTests {
  /// Six services with two replicas each; one of each of the first three runs on node-1; a link and a site with signals of their own.
  private let map: ServiceMap = {
    var components = ["node-1", "node-2", "node-3", "node-4"].map {
      Component(id: ComponentID($0), kind: .node, role: .host)
    }
    for (position, service) in ["cart", "orders", "search", "mail", "docs", "pay"].enumerated() {
      components.append(Component(id: ComponentID(service)))
      for copy in 1...2 {
        let node = position >= 3 ? 4 : copy == 1 ? 1 : 2 + position % 2
        components.append(
          Component(
            id: ComponentID("\(service)-\(copy)"), kind: .instance, instanceOf: ComponentID(service),
            runsOn: ComponentID("node-\(node)")))
      }
    }
    components.append(Component(id: "web", role: .gateway))
    components.append(Component(id: "cart → orders", kind: .edge, role: .unknown))
    components.append(Component(id: "site-a", kind: .site, role: .unknown))
    return ServiceMap(
      components: components,
      calls: ["cart", "orders", "search", "mail", "docs", "pay"].map { .init(from: "web", to: ComponentID($0)) })
  }()

  private func attribution(_ signals: [Signal], answerKinds: [ComponentKind] = []) -> Attribution {
    Attribution(
      incident: Incident(
        id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
        symptom: .init(component: "web"), answerKinds: answerKinds),
      detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"), signals: signals,
      serviceMap: map)
  }

  private func slow(_ component: ComponentID, _ seconds: Double) -> Signal {
    metric(component, "latency_ms", .latency, from: 20, to: 90, channel: .latencyExcess, strength: seconds)
  }

  /// Where copies are suspects of their own, what one of them lacks is still what its service lacks.
  @Test func aServiceIsShortOfWhatItsCopiesAreShortOf() throws {
    let failing = metric("cart", "error_ratio", .errors, from: 0.001, to: 0.2, channel: .errorExcess, strength: 500)
    let leak = metric("cart-1", "memory_bytes", .memory, from: 1e9, to: 1.9e9, unit: "bytes", strength: 1)
    let users = metric("web", "error_ratio", .errors, from: 0.001, to: 0.1, channel: .errorExcess, strength: 500)
    let found = attribution([failing, leak, users], answerKinds: [.service, .instance])
    let service = try #require(found.hypotheses.first { $0.component == "cart" })
    #expect(service.fault == .memory)
    let other = attribution([failing, users], answerKinds: [.service, .instance])
    #expect(other.hypotheses.first { $0.component == "cart" }?.fault == .code)
  }

  // MARK: Nodes

  private var nodeFault: [Signal] {
    let replicas: [ComponentID] = ["cart-1", "orders-1", "search-1"]
    return [metric("node-1", "node_cpu_ratio", .cpu, from: 0.2, to: 1, strength: 4), slow("web", 90)]
      + ["cart", "orders", "search"].map { slow($0, 30) }
      + replicas.map { sign($0, .logPattern, "scheduling delay of * ms", strength: 12) }
  }

  @Test func aFaultOfANodeIsNotBlamedOnItsPodsOneByOne() throws {
    let first = try #require(attribution(nodeFault).hypotheses.first)
    #expect(first.component == "node-1" && first.componentKind == .node)
    #expect(first.fault == .cpu)
    #expect(first.propagation.first == "node-1" && first.propagation.last == "web")
  }

  /// With everything on one machine, a busy machine is no reason to acquit the one service that is slow.
  @Test func aNodeThatMostServicesShareNeedsMoreThanOneOfThem() throws {
    let services: [ComponentID] = ["web", "cart", "orders", "search"]
    let map = ServiceMap(
      components: services.map { Component(id: $0, runsOn: "machine") }
        + [Component(id: "machine", kind: .node, role: .host)],
      calls: services.dropFirst().map { .init(from: "web", to: $0) })
    let busy = metric("machine", "cpu_ratio", .cpu, from: 0.3, to: 0.7, strength: 2)
    func first(_ suffering: [ComponentID]) -> ComponentID? {
      Attribution(
        incident: Incident(
          id: "i", title: "t", window: TimeWindow(start: at(-3600), end: at(900)), alertedAt: at(60),
          symptom: .init(component: "web")),
        detection: Detection(onset: at(0), onsetSource: .alert, isAnomalous: true, statement: "s"),
        signals: [busy, slow("web", 90)] + suffering.map { sign($0, .traceSelfTime, "GET /", strength: 40) },
        serviceMap: map
      ).assessment.ranking.first?.component
    }
    #expect(first(["cart"]) == "cart")
    #expect(first(["cart", "orders", "search"]) == "machine")
  }

  @Test func aNodeThatSaysNothingIsKnownByWhatRunsOnItAlone() throws {
    let silent = nodeFault.filter { $0.component != "node-1" }
    let first = try #require(attribution(silent).hypotheses.first)
    #expect(first.component == "node-1")
    #expect(first.evidence.isEmpty == false && first.statement.contains("scheduling delay"))
  }

  /// One replica of each of three services fails, all on one node, and their twins elsewhere are well.
  @Test func replicasThatFailOnOneNodeAreItsFault() throws {
    func failing(_ component: ComponentID, _ count: Double) -> Signal {
      metric(component, "errors", .errors, from: 0.01, to: 5, channel: .errorExcess, strength: count)
    }
    let users = failing("web", 300)
    let hit = ["cart-1", "orders-1", "search-1"].map { failing(ComponentID($0), 100) }
    let first = try #require(attribution([users] + hit).hypotheses.first)
    #expect(first.component == "node-1")
    #expect(Set(first.evidence.map(\.query.expression)) == ["cart-1|errors", "orders-1|errors", "search-1|errors"])
    // Two may be there by chance, and what all replicas show is no node's.
    #expect(attribution([users] + hit.dropLast()).hypotheses.first?.component != "node-1")
    let twins = ["cart-2", "orders-2", "search-2"].map { failing(ComponentID($0), 90) }
    #expect(attribution([users] + hit + twins).hypotheses.first?.component != "node-1")
  }

  @Test func aComplaintFromOneServiceDoesNotBlameItsNode() {
    let one = [slow("web", 30), slow("cart", 30), sign("cart-1", .logPattern, "slow disk", strength: 12)]
    #expect(attribution(one).hypotheses.first?.component == "cart")
  }

  // MARK: Replicas

  private var replicaFault: [Signal] {
    [
      slow("web", 30), slow("orders", 30),
      metric("orders-2", "memory_bytes", .memory, from: 1e9, to: 1.9e9, unit: "bytes", strength: 4),
    ]
  }

  @Test func aServiceWithOneBadReplicaNamesIt() throws {
    let first = try #require(attribution(replicaFault).hypotheses.first)
    #expect(first.component == "orders" && first.fault == .memory)
    #expect(first.statement.contains("Only its replica orders-2 shows it, of 2."))
    #expect(first.metric == "orders-2|memory_bytes")
    #expect(first.evidence.contains { $0.query.expression == "orders-2|memory_bytes" })
  }

  /// What one no longer takes its sister gets: more load is no fault there.
  @Test func aReplicaThatTakesOverIsNotHit() throws {
    let takenOver = metric("orders-1", "requests", .throughput, from: 10, to: 20, unit: "count/s")
    let first = try #require(attribution(replicaFault + [takenOver]).hypotheses.first)
    #expect(first.component == "orders" && first.statement.contains("Only its replica orders-2 shows it, of 2."))
    #expect(!first.evidence.contains { $0.query.expression == "orders-1|requests" })
  }

  @Test func aReplicaThatIsALittleSlowerIsNotHit() throws {
    let broken = metric("orders-2", "errors", .errors, from: 0.1, to: 6, unit: "count/s")
    let slower = metric("orders-1", "latency_ms", .latency, from: 4, to: 6, unit: "ms")
    let first = try #require(attribution([slow("web", 30), slow("orders", 30), broken, slower]).hypotheses.first)
    #expect(first.statement.contains("Only its replica orders-2 shows it, of 2."))
    let alike = metric("orders-1", "latency_ms", .latency, from: 4, to: 100, unit: "ms")
    let both = try #require(attribution([slow("web", 30), slow("orders", 30), broken, alike]).hypotheses.first)
    #expect(both.component == "orders" && !both.statement.contains("replica"))
  }

  @Test func whereEveryReplicaIsHitNoneIsNamed() throws {
    let both =
      replicaFault + [metric("orders-1", "memory_bytes", .memory, from: 1e9, to: 1.9e9, unit: "bytes", strength: 4)]
    let first = try #require(attribution(both).hypotheses.first)
    #expect(first.component == "orders" && !first.statement.contains("replica"))
  }

  // MARK: Answer kinds

  @Test func theAnswerKeyDecidesTheComponent() {
    #expect(attribution(replicaFault, answerKinds: [.service]).hypotheses.first?.component == "orders")
    #expect(attribution(replicaFault, answerKinds: [.instance]).hypotheses.first?.component == "orders-2")
    let kinds = attribution(nodeFault, answerKinds: [.service]).assessment.ranking.map { map[$0.component]?.kind }
    #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == .service })
    #expect(attribution(nodeFault, answerKinds: [.node]).assessment.ranking.map(\.component) == ["node-1"])
  }

  @Test func edgesAndSitesAnswerForThemselves() {
    let signals = [
      slow("web", 10), metric("cart → orders", "tcp_retransmit_ratio", .network, from: 1e-4, to: 0.05, strength: 5),
      metric("site-a", "latency_ms", .latency, from: 5, to: 50, strength: 3),
    ]
    #expect(attribution(signals, answerKinds: [.edge]).hypotheses.map(\.component) == ["cart → orders"])
    #expect(attribution(signals, answerKinds: [.edge]).hypotheses.first?.fault == .networkLoss)
    #expect(attribution(signals, answerKinds: [.site]).hypotheses.map(\.component) == ["site-a"])
    #expect(attribution(signals, answerKinds: [.node]).hypotheses.isEmpty)
  }
}
