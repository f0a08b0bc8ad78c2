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
}
