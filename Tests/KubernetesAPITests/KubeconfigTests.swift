import Foundation
import HTTPTransport
import KubernetesAPI
import Testing

@Suite final class KubeconfigTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/tocsin-kubeconfig-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ name: String, _ text: String) throws -> String {
    let file = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: file))
    return file
  }

  private static func config(cluster: String = "{server: 'https://10.0.0.1:6443/'}", user: String = "{token: t}")
    -> String
  {
    """
    apiVersion: v1
    kind: Config
    preferences: {}
    current-context: here
    clusters:
    - name: c
      cluster: \(cluster)
    users:
    - name: u
      user: \(user)
    contexts:
    - name: here
      context: {cluster: c, user: u, namespace: shop}
    """
  }

  private func access(_ text: String, context: String? = nil, plugins: [String: String]? = nil) throws -> ClusterAccess
  {
    try ClusterAccess(Kubeconfig(text: text, file: "\(folder)/config"), context: context, pluginEnvironment: plugins)
  }

  private func problem(_ text: String) -> String {
    do {
      _ = try access(text)
      return "none"
    } catch {
      return "\(error)".replacingOccurrences(of: folder + "/", with: "")
    }
  }

  @Test func readsWhatKubectlWrites() throws {
    let data = Data("PEM".utf8).base64EncodedString()
    let access = try access(
      Self.config(
        cluster: "{server: 'https://10.0.0.1:6443/', certificate-authority-data: \(data), tls-server-name: api.test, "
          + "proxy-url: 'socks5://10.0.0.2:1080'}",
        user: "{client-certificate-data: \(data), client-key-data: \(data)}"))
    #expect(access.server == "https://10.0.0.1:6443")
    #expect(access.context == "here")
    #expect(access.namespace == "shop")
    #expect(access.settings.certificateAuthorities == Array("PEM".utf8))
    #expect(access.settings.identity?.key == Array("PEM".utf8))
    #expect(access.settings.serverName == "api.test")
    #expect(access.settings.proxy == "socks5://10.0.0.2:1080")
    #expect(access.settings.verifiesServer && access.blindSpots.isEmpty)
  }

  @Test func readsFilesBesideIt() throws {
    _ = try write("ca.pem", "CA")
    let access = try access(
      Self.config(
        cluster: "{server: 'https://h', certificate-authority: ca.pem}", user: "{tokenFile: token, token: old}"))
    #expect(access.settings.certificateAuthorities == Array("CA".utf8))
    guard case .tokenFile(folder + "/token") = access.credential else {
      Issue.record("the token file is not used")
      return
    }
    #expect(
      problem(Self.config(cluster: "{server: 'https://h', certificate-authority: missing.pem}"))
        == "config:7:12: the file of “certificate-authority” (missing.pem) does not exist or may not be read")
  }

  @Test func anUncheckedServerIsABlindSpot() throws {
    let access = try access(Self.config(cluster: "{server: 'https://h', insecure-skip-tls-verify: true}"))
    #expect(!access.settings.verifiesServer)
    #expect(access.blindSpots.count == 1)
  }

  @Test(arguments: [
    ("{}", "{token: t}", "config:7:12: “server” is missing"),
    (
      "{server: h}", "{token: t}",
      "config:7:21: “server” must be an address that begins with https://, without a password"
    ),
    (
      "{server: 'https://u:p@h'}", "{}",
      "config:7:21: “server” must be an address that begins with https://, without a password"
    ),
    (
      "{server: 'https://h', certificate-authority-data: '%%'}", "{}",
      "config:7:62: “certificate-authority-data” must be Base64"
    ),
    (
      "{server: 'https://h', proxy-url: 'ftp://h'}", "{}",
      "config:7:45: “proxy-url” must begin with http://, https://, socks5://"
    ),
    (
      "{server: 'https://h', insecure-skip-tls-verify: yes}", "{}",
      "config:7:60: “insecure-skip-tls-verify” must be true or false"
    ),
    (
      "{server: 'https://h', certificate-authority: x, insecure-skip-tls-verify: true}", "{}",
      "config:7:86: a certificate authority and insecure-skip-tls-verify exclude each other"
    ),
    (
      "{server: 'https://h'}", "{client-key-data: QQ==}",
      "config:10:9: a client's certificate and its key are needed together; one of them is missing"
    ),
    (
      "{server: 'https://h'}", "{auth-provider: {name: gcp}}",
      "config:10:25: “auth-provider” is not supported, as in Kubernetes since 1.26; use an exec plugin or a token"
    ),
    (
      "{server: 'https://h'}", "{username: admin, password: 5ecret}",
      "config:10:20: user and password are not supported, as in Kubernetes since 1.19; use a token"
    ),
    (
      "{server: 'https://h'}", "{as: admin}",
      "config:10:14: “as” (acting as somebody else) is not supported; use a user with the read-only role"
    ),
    (
      "{server: 'https://h'}", "{exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}}",
      "config:10:9: the user needs a program to be run (exec: aws); allow it with --allow-exec-plugin"
    ),
    (
      "{server: 'https://h'}", "{exec: {command: aws, apiVersion: client.authentication.k8s.io/v1alpha1}}",
      "config:10:43: “apiVersion” must be one of client.authentication.k8s.io/v1, client.authentication.k8s.io/v1beta1"
    ),
    (
      "{server: 'https://h'}",
      "{exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}",
      "config:10:93: a plugin that must ask somebody cannot be run here"
    ),
  ])
  func mistakesHaveTheirPlace(cluster: String, user: String, message: String) {
    #expect(problem(Self.config(cluster: cluster, user: user)) == message)
  }

  @Test func unknownKeysAndNamesAreMistakes() throws {
    #expect(problem(Self.config(user: "{tokne: 5ecret}")).hasPrefix("config:10:10: unknown key “tokne”; known are"))
    let config = Self.config()
    #expect(
      problem(config.replacingOccurrences(of: "cluster: c,", with: "cluster: d,"))
        == "config:13:12: there is no cluster “d”")
    #expect(
      problem(config.replacingOccurrences(of: "user: u,", with: "user: v,")) == "config:13:12: there is no user “v”")
    #expect(
      problem(config.replacingOccurrences(of: "current-context: here", with: "current-context: ''"))
        == "config: there is no current context; name one of here")
    #expect(throws: KubeconfigError.self) { try access(config, context: "elsewhere") }
    let twice = config.replacingOccurrences(of: "users:", with: "- name: c\n  cluster: {server: 'https://h'}\nusers:")
    #expect(problem(twice).contains("there are two entries of the name “c”"))
    for text in ["", "[]", "x", "clusters: 7\ncontexts: []", String(repeating: "[", count: 10_000), "a: &a [*a, *a]"] {
      #expect(problem(text) != "none")
    }
    #expect(throws: KubeconfigError.self) { try Kubeconfig(files: ["\(folder)/missing"]) }
    #expect(throws: KubeconfigError.self) { try Kubeconfig(files: []) }
  }

  @Test func noMistakeShowsASecret() {
    for user in [
      "{token: [5ecret]}", "{token: {a: 5ecret}}", "{client-key-data: '5ecret%'}", "{password: 5ecret}",
      "{token: '5ecret', unknown: 5ecret}", "{token: '5ecret'", "{exec: 5ecret}",
    ] {
      #expect(!problem(Self.config(user: user)).contains("5ecret"), "\(user)")
    }
  }

  @Test func theFirstFileThatNamesSomethingWins() throws {
    let first = try write("first", Self.config(user: "{token: first}"))
    let second = try write(
      "second",
      Self.config(user: "{token: second}").replacingOccurrences(of: "name: here", with: "name: there")
        .replacingOccurrences(of: "current-context: here", with: "current-context: there"))
    let config = try Kubeconfig(files: [folder + "/missing", first, second])
    #expect(config.currentContext == "here")
    #expect(config.contexts.keys.sorted() == ["here", "there"])
    guard case .token("first") = try ClusterAccess(config, context: "there").credential else {
      Issue.record("the user of the second file won")
      return
    }
  }

  @Test func takesThePodsOwnAccount() async throws {
    #expect(throws: KubernetesAPIError.self) {
      try ClusterAccess(inClusterHost: "10.0.0.1", port: "443", folder: folder)
    }
    _ = try write("ca.crt", "CA")
    _ = try write("token", "one\n")
    let access = try ClusterAccess(inClusterHost: "fd00::1", port: "443", folder: folder)
    #expect(access.server == "https://[fd00::1]:443")
    #expect(access.settings.certificateAuthorities == Array("CA".utf8))
  }
}
