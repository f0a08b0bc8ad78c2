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

  @Test func everyCauseHasAFixture() {
    #expect(Set(RuleFixture.all.map(\.cause)) == Set(KubernetesCause.allCases))
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
      let again = ClusterDiagnosis(try cluster.snapshot(order: order), measurements: cluster.measurements)
      #expect(again.findings == wanted)
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

  @Test func namesOneNodeWhereBothEndsOfAConnectionSendAgain() throws {
    var cluster = MadeUpCluster.healthy
    cluster.measure("n1", "tcp_retransmits", .retransmissions, usual: 0.1, now: 3)
    cluster.measure("n2", "tcp_retransmits", .retransmissions, usual: 0.1, now: 9)
    let findings = try cluster.diagnosis().shownFindings
    #expect(findings.map { "\($0.component)" } == ["node/n2"])
  }

  @Test func aDelayIsNeverMoreThanAHint() throws {
    for fixture in RuleFixture.load where fixture.cause == .networkDelay {
      let findings = try fixture.harmed.diagnosis().findings
      #expect(findings.allSatisfy { $0.score <= 0.6 && $0.check != nil })
    }
  }

  @Test func saysNothingOfADelayWhereSomethingElseExplainsIt() throws {
    var cluster = MadeUpCluster.healthy
    try #require(RuleFixture.load.first { $0.note == "one pod" }).harm(&cluster)
    cluster.crashed("OOMKilled", exitCode: 137)
    #expect(try !cluster.diagnosis().findings.contains { $0.cause == .networkDelay })
  }

  @Test func passesOverSeriesThatMeanNothingOrTooMuch() throws {
    var cluster = MadeUpCluster.healthy
    for name in ["nobody", "", "/", "other/web-1-1"] {
      cluster.measure(name, "container_cpu_cfs_throttled_seconds", .cpuThrottling, usual: 0.01, now: 0.6)
    }
    cluster.measurements.series.append(
      .init(component: "web-1-1", metric: "m", quantity: .cpuThrottling, times: [1, 2], values: [.nan, 9]))
    #expect(try cluster.diagnosis().findings.isEmpty)
  }

  @Test func knowsTheNamespacesThatAPolicyAdmits() throws {
    func found(_ labels: APIValue, admits: APIValue) throws -> [KubernetesCause] {
      var cluster = MadeUpCluster.healthy
      cluster.add("Namespace", "front", namespace: nil, labels: labels, [:])
      cluster.add(
        "Deployment", "edge", api: "apps/v1", namespace: "front",
        [
          "spec": [
            "replicas": 1,
            "template": [
              "metadata": ["labels": ["app": "edge"]],
              "spec": ["containers": [["name": "edge", "env": [["name": "API_ADDR", "value": "api.shop:80"]]]]],
            ],
          ], "status": ["replicas": 1, "readyReplicas": 1, "availableReplicas": 1],
        ])
      cluster["Deployment/web", "spec.template.spec.containers.0.env"] = []
      cluster.add(
        "NetworkPolicy", "clients", api: "networking.k8s.io/v1",
        [
          "spec": [
            "podSelector": ["matchLabels": ["app": "api"]], "policyTypes": ["Ingress"],
            "ingress": [["from": [["namespaceSelector": admits]]]],
          ]
        ])
      return try cluster.diagnosis().shownFindings.map(\.cause)
    }
    let team: APIValue = ["matchLabels": ["team": "web"]]
    #expect(try found(["team": "web"], admits: team).isEmpty)
    #expect(try found(["team": "data"], admits: team) == [.networkPolicyBlocks])
    let either: APIValue = ["matchExpressions": [["key": "team", "operator": "In", "values": ["web", "data"]]]]
    #expect(try found(["team": "data"], admits: either).isEmpty)
    #expect(try found(["tier": "web"], admits: ["matchExpressions": [["key": "team", "operator": "Exists"]]]) != [])
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
