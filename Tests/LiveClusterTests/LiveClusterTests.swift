import Foundation
import KubernetesAPI
import TestSupport
import Testing

@testable import Commands

/// A cluster from the command line, over a server of our own.
@Suite(.timeLimit(.minutes(10))) struct LiveClusterTests {
  private func withCluster(
    interfere: @escaping LoopbackAPIServer.Interference = { _, _ in nil },
    _ body: (LiveWorkspace, LoopbackAPIServer) async throws -> Void
  ) async throws {
    let workspace = try LiveWorkspace()
    defer { workspace.remove() }
    let resources = APIResource.all.map {
      LoopbackAPIServer.Resource(
        group: $0.group, version: $0.version, name: $0.name, kind: $0.kind, isNamespaced: $0.isNamespaced)
    }
    let server = try LoopbackAPIServer(resources, interfere: interfere)
    defer { server.stop() }
    try writeConfig(workspace, server: server.origin)
    try await body(workspace, server)
  }

  private func writeConfig(_ workspace: LiveWorkspace, server: String) throws {
    let text = """
      clusters: [{name: c, cluster: {server: '\(server)'}}]
      users: [{name: u, user: {token: 5ecret}}]
      contexts: [{name: test, context: {cluster: c, user: u}}]
      current-context: test
      """
    try Data(text.utf8).write(to: URL(filePath: workspace.path("config")))
  }

  private func status(_ arguments: [String], _ workspace: LiveWorkspace, output: String) async -> Int32 {
    await workspace.run(["investigate", "--format", "json", "--output", workspace.path(output)] + arguments)
  }

  @Test func aRecordingIsJudgedLikeTheLiveCluster() async throws {
    let forbidding: LoopbackAPIServer.Interference = { request, connection in
      guard request.path.contains("replicasets") else { return nil }
      connection.answer(403, LoopbackAPIServer.statusText(403, "forbidden"))
      return true
    }
    try await withCluster(interfere: forbidding) { workspace, server in
      for name in ["web-1", "web-0"] {
        try server.put(
          #"{"metadata":{"name":"\#(name)","namespace":"shop"},"spec":{"containers":[]},"status":{"phase":"Pending"}}"#,
          in: "pods")
      }
      try server.put(#"{"metadata":{"name":"db","namespace":"shop"},"data":{"password":"5ecret"}}"#, in: "secrets")
      let live = await status(
        [
          "--from", "kubernetes", "--namespace", "shop", "--kubeconfig", workspace.path("config"), "--record",
          workspace.path("case"),
        ], workspace, output: "live.json")
      let again = await status([workspace.path("case")], workspace, output: "again.json")
      #expect(live == 0 && again == 0)
      #expect(try workspace.text("live.json") == workspace.text("again.json"))

      let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path("case/kubernetes"))
      #expect(files.count == APIResource.all.count - 1)
      #expect(!files.contains("replicasets.json"))
      let pods = try JSONSerialization.jsonObject(with: Data(try workspace.text("case/kubernetes/pods.json").utf8))
      let items = (pods as? [String: Any])?["items"] as? [[String: Any]]
      #expect(items?.compactMap { ($0["metadata"] as? [String: Any])?["name"] as? String } == ["web-0", "web-1"])
      let description = try workspace.text("case/case.yaml")
      #expect(description.contains("the role lacks the verb “list” on “replicasets.apps”"))
      #expect(description.contains("Of pods in other namespaces only what the scheduler looks at was read"))
      #expect(!files.contains("scope.json"))
      #expect(!description.contains("Nothing was found in the namespace"))
      for file in try FileManager.default.subpathsOfDirectory(atPath: workspace.path("case"))
      where file.contains(".") {
        #expect(!(try workspace.text("case/" + file)).contains("5ecret"), "\(file)")
      }
      // A folder that holds something is not written over.
      let second = await status(
        ["--from", "kubernetes", "--kubeconfig", workspace.path("config"), "--record", workspace.path("case")],
        workspace, output: "x")
      #expect(second == 64 || second == 65)
    }
  }

  private static let pendingPod =
    #"{"metadata":{"name":"web-0","namespace":"shop"},"spec":{"schedulerName":"default-scheduler","containers":[{"name":"c","image":"i:1"}]},"#
    + #""status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","#
    + #""message":"0/1 nodes are available: 1 node(s) were unschedulable."}]}}"#

  private static func node(isCordoned: Bool) -> String {
    #"{"metadata":{"name":"n1"},"spec":{\#(isCordoned ? #""unschedulable":true"# : "")},"#
      + #""status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"},"conditions":[{"type":"Ready","status":"True"}]}}"#
  }

  @Test func watchingTellsWhenTheVerdictChanges() async throws {
    try await withCluster { workspace, server in
      try server.put(Self.node(isCordoned: true), in: "nodes")
      try server.put(Self.pendingPod, in: "pods")
      let engine = try Engine(
        ProjectFolder.locate(
          flag: LiveWorkspace.project, environment: [:], workingFolder: workspace.folder, program: "tocsin"))
      let cluster = LiveCluster(
        client: KubernetesClient(ClusterSession(ClusterAccess(server: server.origin)), timing: .real(seed: 1)),
        scopes: ResourceScope.plan(namespace: "shop"), name: "test", namespace: "shop",
        folder: workspace.path("case"), investigator: engine.investigator, logs: nil)
      let (verdicts, continuation) = AsyncStream<[String]>.makeStream()
      let watch = LiveWatch(cluster, burst: .zero)
      let task = Task { try await watch.run { continuation.yield(LiveWatch.summary($0)) } }
      var iterator = verdicts.makeAsyncIterator()
      let first = await iterator.next()
      #expect(first?.count ?? 0 > 1 && first?[1].contains("node-cordoned") == true, "\(first ?? [])")
      try server.put(Self.node(isCordoned: false), in: "nodes")
      try server.put(
        #"{"metadata":{"name":"web-0","namespace":"shop"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"}]},"#
          + #""status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"#, in: "pods")
      var last = await iterator.next()
      while let verdict = last, verdict.count > 1 { last = await iterator.next() }
      #expect(last == ["healthy"])
      // Each scope was listed once, whatever changed.
      #expect(server.requestedTargets.filter { $0.contains("/pods?limit") }.count == 3)
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  private static let crashedPod =
    #"{"metadata":{"name":"web-0","namespace":"shop","uid":"u1"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"}]},"#
    + #""status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"c","#
    + #""ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}"#

  @Test func readsTheLogsOfPodsThatAreUnhealthy() async throws {
    let writing: LoopbackAPIServer.Interference = { request, connection in
      guard request.path.hasSuffix("/log") else { return nil }
      let text =
        request.query["previous"] == "true"
        ? "2026-01-01T00:00:01.5Z ERROR open /data/x: permission denied\ncut off\n" : ""
      connection.answer(200, text)
      return true
    }
    try await withCluster(interfere: writing) { workspace, server in
      try server.put(Self.node(isCordoned: false), in: "nodes")
      try server.put(Self.crashedPod, in: "pods")
      try server.put(
        #"{"metadata":{"name":"well","namespace":"shop"},"spec":{"nodeName":"n1","containers":[{"name":"c"}]},"#
          + #""status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"c","#
          + #""ready":true,"restartCount":0,"state":{"running":{}}}]}}"#, in: "pods")
      let flags = ["--from", "kubernetes", "--namespace", "shop", "--kubeconfig", workspace.path("config")]
      #expect(await status(flags + ["--record", workspace.path("case")], workspace, output: "live.json") == 0)
      let asked = server.requestedTargets.filter { $0.contains("/log?") }
      #expect(
        asked.count == 2 && asked.allSatisfy { $0.hasPrefix("/api/v1/namespaces/shop/pods/web-0/log?container=c&") })
      #expect(asked.allSatisfy { $0.contains("tailLines=200") && $0.contains("limitBytes=65536") })
      let logs = try workspace.text("case/logs.jsonl")
      #expect(logs.contains("permission denied") && logs.contains("web-0") && !logs.contains("cut off"))
      #expect(await status([workspace.path("case")], workspace, output: "again.json") == 0)
      #expect(try workspace.text("live.json") == workspace.text("again.json"))
      #expect(await status(flags + ["--no-logs"], workspace, output: "without.json") == 0)
      #expect(server.requestedTargets.count { $0.contains("/log?") } == 2)
    }
  }

  @Test func logsThatMayNotBeReadAreABlindSpot() async throws {
    let forbidding: LoopbackAPIServer.Interference = { request, connection in
      guard request.path.hasSuffix("/log") || request.path == "/api/v1/pods" else { return nil }
      connection.answer(403, LoopbackAPIServer.statusText(403, "forbidden"))
      return true
    }
    try await withCluster(interfere: forbidding) { workspace, server in
      try server.put(Self.node(isCordoned: true), in: "nodes")
      try server.put(Self.crashedPod, in: "pods")
      try server.put(
        Self.pendingPod.replacing("web-0", with: "web-1"), in: "pods")
      let flags = ["--from", "kubernetes", "--namespace", "shop", "--kubeconfig", workspace.path("config")]
      #expect(await status(flags + ["--record", workspace.path("case")], workspace, output: "live.json") == 0)
      let report = try workspace.text("live.json")
      #expect(report.contains("the role lacks the verb “get” on “pods/log”"))
      // Nor the pods of other namespaces: what is said of scheduling is less sure, live and in the recording.
      #expect(report.contains("Pods of other namespaces could not be read"))
      #expect(report.contains(#""confidence":0.85"#) || report.contains(#""confidence" : 0.85"#))
      #expect(try workspace.text("case/kubernetes/scope.json").contains("missesPods"))
      #expect(await status([workspace.path("case")], workspace, output: "again.json") == 0)
      #expect(try report == workspace.text("again.json"))
    }
  }

  @Test func keepsOfPodsElsewhereOnlyWhatTheSchedulerLooksAt() async throws {
    try await withCluster { workspace, server in
      try server.put(Self.node(isCordoned: false), in: "nodes")
      try server.put(
        #"{"metadata":{"name":"big","namespace":"batch","annotations":{"a":"5ecret"}},"spec":{"nodeName":"n1","#
          + #""containers":[{"name":"c","image":"private/5ecret","env":[{"name":"P","value":"5ecret"}],"#
          + #""resources":{"requests":{"cpu":"3500m"}}}]},"status":{"phase":"Running"}}"#, in: "pods")
      try server.put(
        Self.pendingPod.replacing("\"image\":\"i:1\"", with: "\"resources\":{\"requests\":{\"cpu\":\"1\"}}")
          .replacing("1 node(s) were unschedulable", with: "1 Insufficient cpu"), in: "pods")
      let flags = ["--from", "kubernetes", "--namespace", "shop", "--kubeconfig", workspace.path("config")]
      #expect(await status(flags + ["--record", workspace.path("case")], workspace, output: "live.json") == 0)
      let pods = try workspace.text("case/kubernetes/pods.json")
      #expect(pods.contains("3500m") && !pods.contains("5ecret"))
      #expect(try workspace.text("live.json").contains("insufficient-cpu"))
    }
  }

  @Test func theCommandShowsANewVerdictWithoutReadingTheClusterAgain() async throws {
    try await withCluster { workspace, server in
      try server.put(Self.node(isCordoned: true), in: "nodes")
      try server.put(Self.pendingPod, in: "pods")
      let process = SpawnedProcess()
      let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tocsin")
      process.executableURL = program
      process.arguments = [
        "investigate", "--from", "kubernetes", "--namespace", "shop", "--kubeconfig", workspace.path("config"),
        "--watch",
        "--format", "json", "--project", LiveWorkspace.project, "--quiet",
      ]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      // The outcome stands behind the findings.
      #expect(await output.text(until: "\"cause-found\"").contains("node-cordoned"))
      let listed = server.requestedTargets.count { $0.contains("limit=") }
      try server.put(Self.node(isCordoned: false), in: "nodes")
      try server.put(
        #"{"metadata":{"name":"web-0","namespace":"shop"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i:1"}]},"#
          + #""status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"#, in: "pods")
      #expect(await output.text(until: "\"healthy\"").contains("\"healthy\""))
      #expect(server.requestedTargets.count { $0.contains("limit=") } == listed)
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test func unreachableAndUnauthorizedEndWith69() async throws {
    let unauthorized: LoopbackAPIServer.Interference = { request, connection in
      guard request.path != "/version" else { return nil }
      connection.answer(401, LoopbackAPIServer.statusText(401, "Unauthorized"))
      return true
    }
    try await withCluster(interfere: unauthorized) { workspace, _ in
      let config = ["--kubeconfig", workspace.path("config")]
      #expect(await workspace.run(["investigate", "--from", "kubernetes"] + config) == 69)
      try writeConfig(workspace, server: "http://127.0.0.1:1")
      #expect(await workspace.run(["investigate", "--from", "kubernetes=test"] + config) == 69)
      #expect(await workspace.run(["investigate", "--from", "kubernetes", "--watch"] + config) == 69)
      try writeConfig(workspace, server: "127.0.0.1")
      #expect(await workspace.run(["investigate", "--from", "kubernetes"] + config) == 65)
      #expect(await workspace.run(["investigate", "--from", "kubernetes=other"] + config) == 65)
    }
  }

  @Test(arguments: [
    ["--from", "prometheus=x"], ["--from", "kubernetes="], ["--from", "kubernetes", "--namespace", "Shop"],
    ["--from", "kubernetes", "--from", "kubernetes"], ["case", "--from", "kubernetes"], ["case", "--namespace", "x"],
    ["case", "--watch"], ["--from", "kubernetes", "--blind"], ["--from", "kubernetes", "--store", "sqlite:x"], [],
  ])
  func wrongUsageEndsWith64(arguments: [String]) async throws {
    let workspace = try LiveWorkspace()
    defer { workspace.remove() }
    #expect(await workspace.run(["investigate"] + arguments) == 64)
  }
}
