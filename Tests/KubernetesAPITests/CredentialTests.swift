import Foundation
import KubernetesAPI
import TestSupport
import Testing

/// Who we say we are: tokens that are replaced, plugins, certificates.
@Suite(.timeLimit(.minutes(10))) final class CredentialTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/tocsin-credentials-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ name: String, _ text: String, isProgram: Bool = false) throws -> String {
    let file = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: file))
    if isProgram { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    return file
  }

  private func access(_ server: String, user: String) throws -> ClusterAccess {
    let text = """
      clusters: [{name: c, cluster: {server: '\(server)'}}]
      users: [{name: u, user: \(user)}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      current-context: x
      """
    return try ClusterAccess(
      Kubeconfig(text: text, file: "\(folder)/config"), context: nil, pluginEnvironment: ["PATH": "/usr/bin:/bin"])
  }

  private func plugin(_ script: String, environment: String = "[]") throws -> String {
    _ = try write("plugin", "#!/bin/sh\n\(script)\n", isProgram: true)
    return "{exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1, args: [a b], env: \(environment), "
      + "installHint: get it there}}"
  }

  private static func credential(_ status: String) -> String {
    #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":\#(status)}'"#
  }

  /// A server that shows nothing but the token it was given, as its version.
  private func echo() throws -> LoopbackServer {
    try LoopbackServer { request, connection in
      connection.answer(200, #"{"gitVersion":"\#(request.headers["authorization"] ?? "nobody")"}"#)
      return true
    }
  }

  private func version(_ access: ClusterAccess) async throws -> String {
    try await KubernetesClient(ClusterSession(access), timing: RecordedPauses().timing()).version()
  }

  @Test func aTokenFileIsReadAgain() async throws {
    let server = try echo()
    let file = try write("token", "one\n")
    let access = try access(server.origin, user: "{tokenFile: token}")
    let client = KubernetesClient(ClusterSession(access), timing: RecordedPauses().timing())
    #expect(try await client.version() == "Bearer one")
    _ = try write("token", "two")
    #expect(try await client.version() == "Bearer two")
    try FileManager.default.removeItem(atPath: file)
    #expect(await KubernetesAPIError.Kind.of { try await client.version() } == .credential)
  }

  @Test func aPluginGivesAToken() async throws {
    let server = try echo()
    let user = try plugin(
      Self.credential(#"{"token":"'"$1-$EXTRA-${KUBERNETES_EXEC_INFO:+info}"'"}"#),
      environment: "[{name: EXTRA, value: e}]")
    #expect(try await version(try access(server.origin, user: user)) == "Bearer a b-e-info")
  }

  @Test func aPluginIsAskedAgainWhenItsTokenIsOldOrRefused() async throws {
    let calls = Calls()
    let server = try LoopbackServer { request, connection in
      let isRefused = calls.next() == 2
      connection.answer(isRefused ? 401 : 200, #"{"gitVersion":"\#(request.headers["authorization"] ?? "")"}"#)
      return true
    }
    let count = "\(folder)/count"
    let user = try plugin("echo x >> \(count)\nn=$(wc -l < \(count))\n" + Self.credential(#"{"token":"'$n'"}"#))
    let client = KubernetesClient(
      ClusterSession(try access(server.origin, user: user)), timing: RecordedPauses().timing())
    #expect(try await client.version() == "Bearer 1")
    // Refused once, asked again, accepted.
    #expect(try await client.version() == "Bearer 2")
    #expect(try await client.version() == "Bearer 2")
    let expiring = try plugin(
      "echo x >> \(count)\nn=$(wc -l < \(count))\n"
        + Self.credential(#"{"token":"'$n'","expirationTimestamp":"2000-01-01T00:00:00Z"}"#))
    let other = KubernetesClient(
      ClusterSession(try access(server.origin, user: expiring)), timing: RecordedPauses().timing())
    #expect(try await other.version() == "Bearer 3")
    #expect(try await other.version() == "Bearer 4")
  }

  @Test(arguments: [
    ("exit 3", "it ended with an error"), ("echo nonsense", "its output is no ExecCredential"),
    ("echo '{}'", "its output is no ExecCredential"),
    (
      #"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"5ecret"}}'"#,
      "another version"
    ),
    (CredentialTests.credential("{}"), "neither a token nor a certificate"),
    (CredentialTests.credential(#"{"clientCertificateData":"5ecret"}"#), "both are needed"),
    (CredentialTests.credential(#"{"token":"5ecret","expirationTimestamp":"soon"}"#), "expirationTimestamp is no time"),
    ("yes 5ecret", "more than the limit"),
  ])
  func pluginsThatFail(script: String, message: String) async throws {
    let access = try access("http://127.0.0.1:1", user: try plugin(script))
    do {
      _ = try await version(access)
      Issue.record("the plugin was accepted")
    } catch {
      #expect("\(error)".contains(message))
      #expect("\(error)".contains("get it there"))
      #expect(!"\(error)".contains("5ecret"))
    }
  }

  @Test func aPluginThatIsNotThere() async throws {
    let user = "{exec: {command: tocsin-no-such-program, apiVersion: client.authentication.k8s.io/v1}}"
    #expect(
      await KubernetesAPIError.Kind.of { try await self.version(try self.access("http://127.0.0.1:1", user: user)) }
        == .credential)
  }

  @Test func aPluginThatHangsIsEndedWithAllThatItStarted() async throws {
    let file = "\(folder)/children"
    let user = try plugin("sleep 1000 & echo $! > \(file); sleep 1000")
    let access = try access("http://127.0.0.1:1", user: user)
    guard case .plugin(let plugin) = access.credential else { return }
    // It may be killed before it has written anything; then there is nothing to look for.
    await #expect(throws: KubernetesAPIError.self) { try await plugin.run(for: access, deadlineSeconds: 0.5) }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let child = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return }
    // The signal is on its way; without it this would not end before the suite's limit.
    while isAlive(child) { await Task.yield() }
  }

  /// A zombie is dead too; nobody here is its parent.
  private func isAlive(_ process: Int32) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let state = status?.split(separator: " ").dropFirst(2).first
    return state != nil && state != "Z" && state != "X"
  }

  @Test(
    .enabled(if: CertificateFolder.openssl != nil, "the openssl command makes the certificates and is not installed"))
  func certificatesOfAKubeconfig() async throws {
    let certificates = try CertificateFolder(serverName: "api.test")
    defer { certificates.remove() }
    let server = try SecureServer(
      certificates, answers: ["version": #"{"gitVersion":"v1.2.3"}"#], asksForCertificate: true)
    let text = """
      clusters: [{name: c, cluster: {server: 'https://127.0.0.1:\(server.port)', certificate-authority: authority.pem, \
      tls-server-name: api.test}}]
      users: [{name: u, user: {client-certificate: client.pem, client-key: client.key}}, {name: nobody, user: {}}]
      contexts: [{name: x, context: {cluster: c, user: u}}, {name: y, context: {cluster: c, user: nobody}}]
      """
    let config = try Kubeconfig(text: text, file: certificates.path("config"))
    #expect(try await version(try ClusterAccess(config, context: "x")) == "v1.2.3")
    #expect(await KubernetesAPIError.Kind.of { try await self.version(try ClusterAccess(config, context: "y")) } != nil)
    server.stop()
  }
}
