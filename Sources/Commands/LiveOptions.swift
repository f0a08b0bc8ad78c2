import ArgumentParser
import Foundation
import KubernetesAPI
import TelemetryAPI

/// Flags of an investigation that reads a live system instead of a recorded case.
struct LiveOptions: ParsableArguments {
  @Option(
    name: .customLong("from"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      A live source instead of a case: kubernetes, kubernetes=CONTEXT, or one or more of prometheus=URL, loki=URL, \
      elasticsearch=URL, jaeger=URL, tempo=URL.
      """, valueName: "source"))
  var sources: [String] = []

  @Option(help: ArgumentHelp("Of servers of telemetry, how far back to read: 45m, 2h, 90s.", valueName: "duration"))
  var window: String?

  @Option(
    help: ArgumentHelp(
      "Of a Prometheus, the alert that is to be explained: 'HighLatency{service=\"checkout\"}'.", valueName: "alert"))
  var alert: String?

  @Option(help: ArgumentHelp("A file with the bearer token that the servers of telemetry want.", valueName: "file"))
  var tokenFile: String?

  @Option(help: ArgumentHelp("Of a cluster, one namespace; without it all of them.", valueName: "name"))
  var namespace: String?

  @Option(help: ArgumentHelp("Instead of KUBECONFIG and ~/.kube/config.", valueName: "file"))
  var kubeconfig: String?

  @Flag(help: "Run the program that the kubeconfig names to get credentials.")
  var allowExecPlugin = false

  @Option(help: ArgumentHelp("Also write what was read as a case, for later.", valueName: "dir"))
  var record: String?

  @Flag(help: "Stay, and show the verdict again whenever it changes; an interrupt ends it.")
  var watch = false

  @Flag(help: "Of a cluster, do not read the logs of pods that are unhealthy or suspected.")
  var noLogs = false

  /// Nil where a recorded case is meant.
  func source() throws -> LiveSource? {
    guard !sources.isEmpty else {
      let stray =
        [
          ("--record", record != nil), ("--watch", watch),
        ].first(where: \.1) ?? strayFor(prometheus: false) ?? strayFor(prometheus: true)
      guard let stray else { return nil }
      throw CommandFailure(
        .usage, "\(stray.0) is for a live source", hint: "name one with --from prometheus=URL or --from kubernetes")
    }
    if let namespace {
      guard namespace.wholeMatch(of: /[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/) != nil else {
        throw CommandFailure(.usage, "--namespace \(namespace) is no name of a namespace")
      }
    }
    let source = try LiveSource(sources)
    if let stray = strayFor(prometheus: source.isTelemetry) {
      throw CommandFailure(.usage, "\(stray.0) is not for --from \(sources[0])")
    }
    return source
  }

  /// A flag that is given and is for the other kind of source.
  private func strayFor(prometheus: Bool) -> (String, Bool)? {
    let flags =
      prometheus
      ? [
        ("--namespace", namespace != nil), ("--kubeconfig", kubeconfig != nil),
        ("--allow-exec-plugin", allowExecPlugin), ("--watch", watch), ("--no-logs", noLogs),
      ] : [("--window", window != nil), ("--alert", alert != nil), ("--token-file", tokenFile != nil)]
    return flags.first(where: \.1)
  }
}

/// A live source, as `--from` says it.
enum LiveSource: Equatable {
  /// The context of a kubeconfig; nil for the current one, or for the pod that this runs in.
  case kubernetes(context: String?)
  /// Servers that are read one beside the other.
  case telemetry([Server])

  /// A server of telemetry, up to where its own paths follow.
  struct Server: Equatable {
    /// Nil for a Prometheus.
    var kind: TelemetryServer.Kind?
    var url: String

    static let kinds = ["prometheus"] + TelemetryServer.Kind.allCases.map(\.rawValue)
  }

  init(_ texts: [String]) throws {
    if texts.count == 1, texts[0].hasPrefix("kubernetes") {
      self = try Self.kubernetes(texts[0])
      return
    }
    self = .telemetry(
      try texts.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard Server.kinds.contains(parts[0]) else {
          throw CommandFailure(
            .usage,
            parts[0] == "kubernetes"
              ? "--from \(text) cannot be read together with others" : "--from \(text) is no source that can be read",
            hint: "there are kubernetes, and \(Server.kinds.map { "\($0)=URL" }.joined(separator: ", "))")
        }
        guard parts.count > 1, parts[1].hasPrefix("http://") || parts[1].hasPrefix("https://") else {
          throw CommandFailure(
            .usage, "--from \(text) names no address",
            hint: "use \(parts[0])=http://HOST:PORT, with the path before the interface's own where there is one")
        }
        return Server(kind: TelemetryServer.Kind(rawValue: parts[0]), url: parts[1])
      })
    guard case .telemetry(let servers) = self, servers.count(where: { $0.kind == nil }) <= 1 else {
      throw CommandFailure(.usage, "only one Prometheus can be read at a time")
    }
  }

  private static func kubernetes(_ text: String) throws -> LiveSource {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == "kubernetes" else {
      throw CommandFailure(
        .usage, "--from \(text) is no source that can be read",
        hint: "there are kubernetes, and \(Server.kinds.map { "\($0)=URL" }.joined(separator: ", "))")
    }
    if parts.count > 1, parts[1].isEmpty {
      throw CommandFailure(
        .usage, "--from \(text) names no context", hint: "use kubernetes=CONTEXT, or kubernetes alone")
    }
    return .kubernetes(context: parts.count > 1 ? parts[1] : nil)
  }

  var isTelemetry: Bool { if case .telemetry = self { true } else { false } }
}

extension ClusterAccess {
  /// As `kubectl` finds it: the file that is named, `KUBECONFIG`, `~/.kube/config`; else the pod's own account.
  init(_ options: LiveOptions, context: String?, environment: [String: String]) throws {
    let files: [String]
    if let file = options.kubeconfig {
      files = [file]
    } else if let list = environment["KUBECONFIG"], !list.isEmpty {
      files = list.split(separator: ":").map(String.init)
    } else {
      files = environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
    }
    let isGiven = options.kubeconfig != nil || context != nil
    if !isGiven, !files.contains(where: { FileManager.default.fileExists(atPath: $0) }) {
      guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"] else {
        throw CommandFailure(
          .unavailable, "no kubeconfig was found",
          hint: "name one with --kubeconfig FILE, or set KUBECONFIG; in a pod its service account is used")
      }
      try self.init(inClusterHost: host, port: port)
      return
    }
    try self.init(
      Kubeconfig(files: files), context: context, pluginEnvironment: options.allowExecPlugin ? environment : nil)
  }
}

extension CommandFailure {
  /// What to do about an API server that gave nothing.
  init(_ error: KubernetesAPIError) {
    let hint =
      switch error.kind {
      case .unreachable(.notTrusted), .unreachable(.encryption):
        "does the kubeconfig hold the cluster's certificate authority (certificate-authority-data)?"
      case .unreachable(.badSettings): "the certificates or the proxy of the kubeconfig cannot be used"
      case .unreachable: "does `kubectl version` reach it? Look at the address, a VPN, a proxy (proxy-url)"
      case .unauthorized: "the token or certificate may have expired: log in again, or make a new token"
      case .forbidden: "grant the read-only role of docs/kubernetes-rbac.yaml"
      case .credential: "get the credentials by hand to see why, or use a token"
      case .notServed, .refused, .malformed: "is this the address of a Kubernetes API server?"
      case .unavailable, .expired: "the API server is overloaded or starting; try again"
      }
    self.init(.unavailable, "\(error)", hint: hint)
  }
}
