import KubernetesDiagnosis
import Testing

/// What is in every cluster and means nothing.
@Suite struct NoiseTests {
  private func findings(_ damage: (inout MadeUpCluster) -> Void) throws -> [String] {
    var cluster = MadeUpCluster.healthy
    damage(&cluster)
    return try cluster.diagnosis().shownFindings.map(\.statement)
  }

  @Test func aHealthyClusterHasNoFinding() throws { #expect(try findings { _ in }.isEmpty) }

  @Test func serviceAccountsThatCameLate() throws {
    let found = try findings {
      $0.event(
        "ReplicaSet", "web-1", "FailedCreate",
        "Error creating: pods \"web-1-\" is forbidden: serviceaccount \"default\" not found",
        age: 60)
    }
    #expect(found.isEmpty)
  }

  @Test func aCordonedControlPlane() throws {
    #expect(try findings { $0["Node/cp", "spec.unschedulable"] = true }.isEmpty)
  }

  @Test func anOptionalServiceThatIsAbsent() throws {
    let found = try findings {
      $0["Deployment/web", "spec.template.spec.containers.0.env.1.value"] = "otel-collector:4317"
    }
    #expect(found.isEmpty)
  }

  @Test func probesThatFailedOnPodsThatAreReady() throws {
    let found = try findings { cluster in
      for kind in ["Liveness", "Readiness"] {
        cluster.event(
          "Pod", "web-1-1", "Unhealthy", "\(kind) probe failed: HTTP probe failed with statuscode: 500", age: 30,
          count: 2)
      }
    }
    #expect(found.isEmpty)
  }

  @Test func nodesThatCameBack() throws {
    let found = try findings {
      $0.event("Node", "n1", "Rebooted", "Node n1 has been rebooted", age: 3000, namespace: "")
    }
    #expect(found.isEmpty)
  }

  @Test func podsThatWaitedForANode() throws {
    let found = try findings {
      $0.event("Pod", "web-1-1", "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", age: 100)
    }
    #expect(found.isEmpty)
  }

  @Test func aFullQuotaThatNobodyMisses() throws {
    let found = try findings {
      $0.add("ResourceQuota", "team", ["status": ["hard": ["pods": "4"], "used": ["pods": "4"]]])
    }
    #expect(found.isEmpty)
  }

  @Test func aTaintedNodeThatNobodyWaitsFor() throws {
    let found = try findings {
      $0["Node/n1", "spec.taints"] = [["key": "dedicated", "value": "gpu", "effect": "NoSchedule"]]
      $0["Node/n2", "spec.unschedulable"] = true
    }
    #expect(found.isEmpty)
  }

  @Test func aPodThatHasJustBeenMade() throws {
    let found = try findings { cluster in
      cluster.waiting("ContainerCreating", "")
      cluster["Pod/web-1-1", "status.startTime"] = MadeUpCluster.time(10)
    }
    #expect(found.isEmpty)
  }
}
