import Agents
import BlackboardStore
import Foundation
import IncidentModel
import Runbooks
import Supervision
import Telemetry
import Testing

/// Incidents that lead astray: from made-up telemetry to the verdict, with the project's own agents and runbooks.
@Suite struct MisleadingCaseTests {
  private let investigator: Investigator

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    investigator = Investigator(
      catalog: try AgentCatalog(
        agentsFolder: root + "/agents", promptsFolder: root + "/prompts",
        runbooks: try RunbookLibrary(folder: root + "/runbooks")),
      version: "test")
  }

  private func investigate(_ shop: MadeUpShop) async throws -> BlackboardSnapshot {
    try await investigator.investigate(shop.telemetry, storage: MemoryStorage())
  }

  /// The database is out of processor time and its callers wait: they are slower than it, fail, and fill up.
  private var starvedDatabase: MadeUpShop {
    var shop = MadeUpShop()
    shop.change("payment-db", "cpu_usage_cores", to: 0.95)
    shop.change("payment-db", "latency_p50_ms", to: 205)
    shop.change("payment", "latency_p50_ms", to: 420)
    shop.change("payment", "error_ratio", to: 0.25)
    shop.change("payment", "pool_in_use_ratio", to: 0.98)
    shop.change("web", "latency_p50_ms", to: 460)
    shop.change("web", "error_ratio", to: 0.2)
    return shop
  }

  @Test func aLoudVictimIsNotTheCause() async throws {
    let verdict = Verdict(try await investigate(starvedDatabase))
    #expect(verdict.outcome == .causeFound)
    let lead = try #require(verdict.hypotheses.first)
    #expect(lead.hypothesis.component == "payment-db" && lead.hypothesis.fault == .cpu)
    #expect(lead.hypothesis.metric == "payment-db|cpu_usage_cores")
    let victim = try #require(verdict.hypotheses.first { $0.hypothesis.component == "payment" })
    #expect(victim.critiques.contains { $0.test == "not-just-loud" })
    #expect(victim.confidence < 0.5)
  }

  @Test func aStandingAlertIsNotInvestigated() async throws {
    var shop = starvedDatabase
    shop.alerts.append(
      Alert(
        labels: ["alertname": "HighMemory", "service": "search", "severity": "critical"], annotations: [:],
        startsAt: shop.at(seconds: -4 * 3600)))
    let verdict = Verdict(try await investigate(shop))
    #expect(verdict.ranking.first == "payment-db")
    #expect(verdict.hypotheses.allSatisfy { $0.hypothesis.component != "search" || $0.confidence < 0.1 })
  }

  @Test func aReleaseThatHasNothingToDoWithItIsNotBlamed() async throws {
    var shop = starvedDatabase
    shop.deploy("search", from: "2.0", to: "2.1", atSeconds: MadeUpShop.onsetSeconds - 40)
    let snapshot = try await investigate(shop)
    let verdict = Verdict(snapshot)
    #expect(verdict.ranking.first == "payment-db")
    #expect(!verdict.hypotheses.contains { $0.hypothesis.component == "search" && !$0.isVetoed })
    #expect(!snapshot.remediations.contains { $0.title.contains("search") })
  }

  @Test func theNewestChangeIsNotBlamedWithoutEvidence() async throws {
    var shop = MadeUpShop()
    shop.change("cart", "error_ratio", to: 0.3)
    shop.change("web", "error_ratio", to: 0.15)
    shop.deploy("cart", from: "1.4", to: "1.5", atSeconds: MadeUpShop.onsetSeconds - 60)
    shop.deploy("payment", from: "7.0", to: "7.1", atSeconds: MadeUpShop.onsetSeconds - 5)
    let snapshot = try await investigate(shop)
    let lead = try #require(Verdict(snapshot).hypotheses.first?.hypothesis)
    #expect(lead.component == "cart" && lead.fault == .code && lead.cause == "faulty-release")
    let advice = try #require(snapshot.remediations.first)
    #expect(advice.runbook == "roll-back-release" && advice.title.contains("cart"))
    #expect(!snapshot.remediations.contains { $0.title.contains("payment") })
  }

  @Test func withoutAReleaseOnRecordNoneIsTakenBackFirst() async throws {
    var shop = MadeUpShop()
    shop.change("cart", "error_ratio", to: 0.3)
    shop.change("web", "error_ratio", to: 0.15)
    let snapshot = try await investigate(shop)
    #expect(Verdict(snapshot).hypotheses.first?.hypothesis.component == "cart")
    let undoing = ["roll-back-release", "roll-back-configuration", "switch-off-feature"]
    #expect(snapshot.remediations.first.map { !undoing.contains($0.runbook ?? "") } == true)
  }

  @Test func twoFaultsAtOnceAreBothNamed() async throws {
    var shop = starvedDatabase
    shop.change("search", "memory_bytes", to: 1.9e9)
    shop.change("search", "latency_p50_ms", to: 400)
    let verdict = Verdict(try await investigate(shop))
    let standing = verdict.hypotheses.filter { !$0.isVetoed }.prefix(2).map(\.hypothesis)
    #expect(Set(standing.map(\.component)) == ["payment-db", "search"])
    #expect(standing.first { $0.component == "search" }?.fault == .memory)
    #expect(standing.first { $0.component == "payment-db" }?.fault == .cpu)
  }

  @Test(arguments: [-50.0, 50])
  func aClockThatIsOffDoesNotAcquitTheCause(skewSeconds: Double) async throws {
    var shop = starvedDatabase
    shop.skewSeconds["payment-db"] = skewSeconds
    let lead = try #require(Verdict(try await investigate(shop)).hypotheses.first)
    #expect(lead.hypothesis.component == "payment-db")
    #expect(!lead.critiques.contains { $0.test == "moved-first" && $0.verdict == .weakens })
  }
}
