import Foundation
import KubernetesAPI
import TestSupport
import Testing

private let kubectlPath = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"]
  .first { FileManager.default.isExecutableFile(atPath: $0) }

/// The real `kubectl` against the same server: what it reads is what we read.
@Suite(
  .enabled(if: kubectlPath != nil, "kubectl is not installed (Debian's kubernetes-client)"),
  .timeLimit(.minutes(10)))
struct KubectlTests {
  private func kubectl(_ arguments: [String]) async throws -> Data {
    try await onOwnThread {
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: kubectlPath ?? "")
      process.arguments = arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let bytes = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw POSIXError(.EIO) }
      return bytes
    }
  }

  private func writeConfig(_ folder: String, server: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = """
      apiVersion: v1
      kind: Config
      clusters: [{name: c, cluster: {server: '\(server)'}}]
      users: [{name: u, user: {}}]
      contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]
      current-context: x
      """
    try Data(text.utf8).write(to: URL(filePath: folder + "/config"))
    return folder + "/config"
  }

  @Test func readsTheSameObjects() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/tocsin-kubectl-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try LoopbackAPIServer.sample(pods: 5)
    defer { server.stop() }
    try server.put(
      #"{"metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2},"status":{"replicas":1}}"#,
      in: "deployments")
    let file = try writeConfig(folder, server: server.origin)
    let access = try ClusterAccess(Kubeconfig(files: [file]), context: nil)
    let client = KubernetesClient(ClusterSession(access), timing: RecordedPauses().timing())
    for name in ["pods", "nodes", "deployments", "events"] {
      let resource = try resource(name)
      let output = try await kubectl([
        "--kubeconfig", file, "--cache-dir", folder + "/cache", "get", resource.qualifiedName, "--chunk-size=2", "-o",
        "json",
      ])
      let list = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
      let theirs = try #require(list["items"] as? [NSDictionary])
      let scope = ResourceScope(resource, in: resource.isNamespaced ? access.namespace : nil)
      let ours = try await client.list(scope).objects.map { try dictionary($0) }
      #expect(!ours.isEmpty)
      #expect(ours == theirs, "\(name)")
    }
  }
}
