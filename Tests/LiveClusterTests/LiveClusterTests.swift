import Commands
import Foundation
import KubernetesAPI
import TestSupport
import Testing

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
      #expect(live == again)
      if live == 0 { #expect(try workspace.text("live.json") == workspace.text("again.json")) }

      let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path("case/kubernetes"))
      #expect(files.count == APIResource.all.count - 1)
      #expect(!files.contains("replicasets.json"))
      let pods = try JSONSerialization.jsonObject(with: Data(try workspace.text("case/kubernetes/pods.json").utf8))
      let items = (pods as? [String: Any])?["items"] as? [[String: Any]]
      #expect(items?.compactMap { ($0["metadata"] as? [String: Any])?["name"] as? String } == ["web-0", "web-1"])
      #expect(try workspace.text("case/case.yaml").contains("the role lacks the verb “list” on “replicasets.apps”"))
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
    ["--from", "prometheus=http://x"], ["--from", "kubernetes="], ["--from", "kubernetes", "--namespace", "Shop"],
    ["--from", "kubernetes", "--from", "kubernetes"], ["case", "--from", "kubernetes"], ["case", "--namespace", "x"],
    ["case", "--watch"], ["--from", "kubernetes", "--blind"], ["--from", "kubernetes", "--store", "sqlite:x"], [],
  ])
  func wrongUsageEndsWith64(arguments: [String]) async throws {
    let workspace = try LiveWorkspace()
    defer { workspace.remove() }
    #expect(await workspace.run(["investigate"] + arguments) == 64)
  }
}
