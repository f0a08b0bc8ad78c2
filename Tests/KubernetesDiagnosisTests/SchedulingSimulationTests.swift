import KubernetesDiagnosis
import KubernetesObjects
import Testing

@Suite struct SchedulingSimulationTests {
  private static let name = ObjectName("web-1-9", in: "shop")

  private func explain(_ cluster: MadeUpCluster) throws -> (SchedulingSimulation, Pod, SchedulingExplanation) {
    let view = ClusterView(try cluster.snapshot())
    let simulation = SchedulingSimulation(view)
    let pod = try #require(view.snapshot.pods[Self.name])
    return (simulation, pod, simulation.explain(pod))
  }

  /// Reads no message and comes to the words of the scheduler's own.
  @Test(arguments: RuleFixture.scheduling.filter { $0.cause != .schedulerUnavailable })
  func agreesWithTheRealScheduler(fixture: RuleFixture) throws {
    let (_, pod, explanation) = try explain(fixture.harmed)
    #expect(explanation.message == pod.status.conditions["PodScheduled"]?.message)
    #expect(!explanation.fits)
  }

  @Test(arguments: RuleFixture.scheduling.filter { $0.cause != .schedulerUnavailable })
  func proposesOnlyWhatWouldHelp(fixture: RuleFixture) throws {
    let finding = try #require(try fixture.harmed.diagnosis().shownFindings.first)
    let remedies = try #require(finding.remedies)
    // More room for pods, another card and another zone are nothing that a change of these objects gives.
    let needsCapacity: Set<KubernetesCause> = [.tooManyPods, .insufficientExtendedResource, .volumeNodeAffinity]
    #expect(remedies.isEmpty == needsCapacity.contains(fixture.cause), "\(remedies)")
  }

  @Test func triesAChangeBeforeItIsProposed() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending("0/3 nodes are available")
    for node in ["n1", "n2"] { cluster["Node/\(node)", "spec.unschedulable"] = true }
    cluster["Pod/web-1-9", "spec.containers.0.resources.requests.cpu"] = "100"
    let (simulation, pod, explanation) = try explain(cluster)
    #expect(explanation.blame.first?.changeCount == 2)
    #expect(!simulation.whatIf(.uncordon(node: "n1"), pod).fits)
    #expect(!simulation.whatIf(.lowerRequest("cpu", Quantity(whole: 1)), pod).fits)
    let finding = try cluster.diagnosis().shownFindings.first
    #expect(finding?.remedies == [] && (finding?.score ?? 1) <= 0.85)
  }

  @Test func fitsWhereNothingIsInTheWay() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending(nil)
    let (_, _, explanation) = try explain(cluster)
    #expect(explanation.fittingNodes == ["n1", "n2"] && explanation.blame.isEmpty)
  }

  @Test func spreadsOverDomains() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending("0/3 nodes are available")
    for (node, zone) in [("n1", "a"), ("n2", "b")] {
      cluster["Node/\(node)", "metadata.labels"] = ["kubernetes.io/hostname": .text(node), "zone": .text(zone)]
    }
    cluster["Pod/web-1-9", "spec.topologySpreadConstraints"] = [
      [
        "maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": ["matchLabels": ["app": "web"]],
      ]
    ]
    let (_, _, explanation) = try explain(cluster)
    #expect(explanation.fittingNodes == ["n2"])
    #expect(explanation.blockers["n1"] == [.topologySpread("zone")])
  }

  @Test func knowsWhatComesBeforeAnyNode() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending(nil)
    cluster["Pod/web-1-9", "spec.schedulingGates"] = [["name": "hold"]]
    #expect(try explain(cluster).2.precondition == .gated(["hold"]))
    cluster["Pod/web-1-9", "spec.schedulingGates"] = nil
    cluster["Pod/web-1-9", "spec.schedulerName"] = "own"
    #expect(try explain(cluster).2.precondition == .otherScheduler("own"))
  }

  /// A pod of another namespace on each worker; who wants it away is said by labels of that namespace.
  private func neighbours(namespaceLabels: APIValue?, term: APIValue) throws -> MadeUpCluster {
    var cluster = MadeUpCluster.healthy
    cluster.pending("0/3 nodes are available")
    if let namespaceLabels { cluster.add("Namespace", "batch", namespace: nil, labels: namespaceLabels, [:]) }
    for node in ["n1", "n2"] {
      cluster.add(
        "Pod", "job-\(node)", namespace: "batch", labels: ["app": "job"],
        ["spec": ["nodeName": .text(node), "containers": []], "status": ["phase": "Running"]])
    }
    cluster["Pod/web-1-9", "spec.affinity"] = [
      "podAntiAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": [term]]
    ]
    return cluster
  }

  private func term(_ scope: (key: String, value: APIValue)) -> APIValue {
    var term: APIValue = [
      "labelSelector": ["matchLabels": ["app": "job"]], "topologyKey": "kubernetes.io/hostname",
    ]
    term[scope.key] = scope.value
    return term
  }

  @Test func knowsTheNamespacesThatAnAffinityMeans() throws {
    let byLabel = term(("namespaceSelector", ["matchLabels": ["team": "data"]]))
    let byName = term(("namespaces", ["batch"]))
    let byOwnName = term(("namespaceSelector", ["matchLabels": ["kubernetes.io/metadata.name": "batch"]]))
    let everywhere = term(("namespaceSelector", [:]))
    #expect(try !explain(neighbours(namespaceLabels: ["team": "data"], term: byLabel)).2.fits)
    #expect(try explain(neighbours(namespaceLabels: ["team": "web"], term: byLabel)).2.fits)
    // Labels that were not read cannot be asked for.
    #expect(try explain(neighbours(namespaceLabels: nil, term: byLabel)).2.fits)
    for term in [byName, byOwnName, everywhere] {
      #expect(try !explain(neighbours(namespaceLabels: nil, term: term)).2.fits)
    }
    // Without either, the pod's own namespace is meant.
    let own: APIValue = [
      "labelSelector": ["matchLabels": ["app": "job"]], "topologyKey": "kubernetes.io/hostname",
    ]
    #expect(try explain(neighbours(namespaceLabels: nil, term: own)).2.fits)
  }

  @Test func isLessSureWherePodsWereLeftOut() throws {
    let fixture = try #require(RuleFixture.scheduling.first { $0.cause == .insufficientCPU })
    var snapshot = try fixture.harmed.snapshot()
    let sure = try #require(ClusterDiagnosis(snapshot).shownFindings.first)
    snapshot.missesPods = true
    let unsure = try #require(ClusterDiagnosis(snapshot).shownFindings.first)
    #expect(sure.score == 0.96 && unsure.score == 0.85 && unsure.cause == sure.cause)
    #expect(unsure.check?.contains("Pods of other namespaces were not read") == true)
  }

  private func trial(
    _ cluster: MadeUpCluster, _ commands: [[String]]
  ) throws -> RemediationTrial.Outcome {
    let diagnosis = try cluster.diagnosis()
    let finding = try #require(diagnosis.shownFindings.first { $0.waitingPod != nil })
    return diagnosis.trial.outcome(of: commands, for: finding)
  }

  @Test func triesTheCommandsOfARunbook() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending("0/3 nodes are available")
    for node in ["n1", "n2"] { cluster["Node/\(node)", "spec.unschedulable"] = true }
    cluster["Node/n2", "spec.taints"] = [["key": "gpu", "value": "only", "effect": "NoSchedule"]]
    #expect(try trial(cluster, [["kubectl", "uncordon", "n1"]]) == .fits(node: "n1"))
    #expect(try trial(cluster, [["kubectl", "uncordon", "n2"]]) == .doesNotFit)
    #expect(try trial(cluster, [["kubectl", "uncordon", "<node>"]]) == .fits(node: "n1"))
    #expect(try trial(cluster, [["kubectl", "taint", "nodes", "n2", "gpu=only:NoSchedule-"]]) == .doesNotFit)
    // What only looks, or only tries, changes nothing.
    #expect(
      try trial(cluster, [["kubectl", "get", "nodes"], ["kubectl", "uncordon", "n1", "--dry-run=server"]])
        == .nothingTried)
  }

  @Test func goesBackOnlyToATemplateThatFits() throws {
    var cluster = MadeUpCluster.healthy
    cluster.pending("0/3 nodes are available")
    cluster["Pod/web-1-9", "spec.nodeSelector"] = ["disk": "tape"]
    let undo = ["kubectl", "rollout", "undo", "deployment/web", "-n", "shop"]
    // The first template has nothing to go back to.
    #expect(try trial(cluster, [undo]) == .doesNotFit)
    cluster.add(
      "ReplicaSet", "web-0", api: "apps/v1", owner: ("Deployment", "web"),
      ["spec": ["replicas": 0, "template": cluster["Deployment/web", "spec.template"] ?? [:]], "status": [:]])
    #expect(try trial(cluster, [undo]) == .fits(node: "n1"))
    cluster["ReplicaSet/web-0", "spec.template.spec.nodeSelector"] = ["disk": "tape"]
    #expect(try trial(cluster, [undo]) == .doesNotFit)
  }
}
