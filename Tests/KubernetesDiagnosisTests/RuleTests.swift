import KubernetesDiagnosis
import KubernetesObjects
import Testing

@Suite struct RuleTests {
  @Test(arguments: RuleFixture.all)
  func namesCauseAndObject(fixture: RuleFixture) throws {
    let findings = try fixture.harmed.diagnosis().shownFindings
    let first = try #require(findings.first, "nothing was found")
    #expect(first.cause == fixture.cause, "\(first.statement)")
    #expect("\(first.component)" == fixture.component, "\(first.statement)")
    #expect(!first.evidence.isEmpty && first.statement.hasSuffix("."))
  }

  @Test(arguments: RuleFixture.all)
  func staysSilentAboutWhatHasPassed(fixture: RuleFixture) throws {
    let findings = try fixture.healed.diagnosis().shownFindings
    #expect(findings.isEmpty, "\(findings.first?.statement ?? "")")
  }

  @Test func everyCauseOfObjectsHasAFixture() {
    // These three need metrics, which rules on objects do not see.
    let metrics: Set<KubernetesCause> = [.podCPUOverload, .nodePacketLoss, .networkDelay]
    #expect(Set(RuleFixture.all.map(\.cause)).union(metrics) == Set(KubernetesCause.allCases))
  }

  @Test(arguments: RuleFixture.all)
  func doesNotDependOnTheOrderOfTheInput(fixture: RuleFixture) throws {
    let cluster = fixture.harmed
    let wanted = try cluster.diagnosis().findings
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<4 {
      var order = Array(0..<cluster.objects.count)
      for index in order.indices.reversed() {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        order.swapAt(index, Int(state % UInt64(index + 1)))
      }
      #expect(ClusterDiagnosis(try cluster.snapshot(order: order)).findings == wanted)
    }
  }

  @Test func findsTwoIndependentFaults() throws {
    var cluster = MadeUpCluster.healthy
    cluster.crashed("OOMKilled", exitCode: 137)
    cluster["Service/api", "spec.ports.0.targetPort"] = 9090
    let found = try cluster.diagnosis().shownFindings.prefix(3).map { "\($0.component) \($0.cause.rawValue)" }
    #expect(found.contains("service/web out-of-memory-killed") && found.contains("service/api service-port-mismatch"))
  }

  @Test func showsBothOfWhatCannotBeToldApart() throws {
    var cluster = MadeUpCluster.healthy
    cluster.waiting("ImagePullBackOff", "Back-off pulling image")
    cluster.event(
      "Pod", "web-1-1", "Failed",
      "Failed to pull image: pull access denied, repository does not exist or may require authorization")
    let findings = try cluster.diagnosis().shownFindings
    #expect(findings.map(\.cause) == [.imageReferenceInvalid, .pullSecretMissing])
    #expect(findings.allSatisfy { $0.check != nil })
  }

  @Test func doesNotTakeAPolicyThatLetsClientsInForTheCause() throws {
    var cluster = MadeUpCluster.healthy
    cluster.add(
      "NetworkPolicy", "clients", api: "networking.k8s.io/v1",
      [
        "spec": [
          "podSelector": ["matchLabels": ["app": "api"]], "policyTypes": ["Ingress"],
          "ingress": [["from": [["podSelector": ["matchLabels": ["app": "web"]]]]]],
        ]
      ])
    cluster.probes = ["n1", "n2"].flatMap { node in
      ["api", "web"].map { ConnectionProbe(node: node, target: "shop/\($0)", port: 80, succeeded: $0 == "web") }
    }
    #expect(try cluster.diagnosis().shownFindings.map(\.cause) == [.listenAddress, .networkPolicyBlocks])
  }

  @Test func survivesOwnersThatGoInCircles() throws {
    var cluster = MadeUpCluster.healthy
    cluster["Deployment/web", "metadata.ownerReferences"] = [
      ["kind": "ReplicaSet", "name": "web-1", "controller": true]
    ]
    cluster["Pod/web-1-1", "metadata.ownerReferences.0.name"] = "web-1-1"
    cluster["Pod/web-1-1", "metadata.ownerReferences.0.kind"] = "Pod"
    cluster.crashed("OOMKilled", exitCode: 137)
    #expect(try cluster.diagnosis().shownFindings.first?.cause == .outOfMemoryKilled)
  }

  @Test func saysNothingOfObjectsWithoutStatus() throws {
    var cluster = MadeUpCluster.healthy
    for key in cluster.objects.keys { cluster[key, "status"] = nil }
    #expect(try cluster.diagnosis().shownFindings.isEmpty)
  }
}
