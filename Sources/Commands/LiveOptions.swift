import ArgumentParser
import Foundation
import KubernetesAPI

/// Flags of an investigation that reads a live system instead of a recorded case.
struct LiveOptions: ParsableArguments {
  @Option(
    name: .customLong("from"), parsing: .singleValue,
    help: ArgumentHelp(
      "A live source instead of a case: prometheus=URL, kubernetes or kubernetes=CONTEXT.", valueName: "source"))
  var sources: [String] = []

  @Option(help: ArgumentHelp("Of a Prometheus, how far back to read: 45m, 2h, 90s.", valueName: "duration"))
  var window: String?

  @Option(
    help: ArgumentHelp(
      "Of a Prometheus, the alert that is to be explained: 'HighLatency{service=\"checkout\"}'.", valueName: "alert"))
  var alert: String?

  @Option(help: ArgumentHelp("A file with the bearer token that the Prometheus wants.", valueName: "file"))
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
    guard sources.count <= 1 else { throw CommandFailure(.usage, "only one --from can be read at a time") }
    guard let text = sources.first else {
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
    let source = try LiveSource(text)
    if let stray = strayFor(prometheus: source.isPrometheus) {
      throw CommandFailure(.usage, "\(stray.0) is not for --from \(text)")
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
  /// Up to where `/api/v1/` follows.
  case prometheus(String)

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts[0] == "prometheus" {
      guard parts.count > 1, parts[1].hasPrefix("http://") || parts[1].hasPrefix("https://") else {
        throw CommandFailure(
          .usage, "--from \(text) names no address",
          hint: "use prometheus=http://HOST:9090, or with a path before /api/v1")
      }
      self = .prometheus(parts[1])
      return
    }
    guard parts[0] == "kubernetes" else {
      throw CommandFailure(
        .usage, "--from \(text) is no source that can be read",
        hint: "there are prometheus=URL, kubernetes and kubernetes=CONTEXT")
    }
    if parts.count > 1, parts[1].isEmpty {
      throw CommandFailure(
        .usage, "--from \(text) names no context", hint: "use kubernetes=CONTEXT, or kubernetes alone")
    }
    self = .kubernetes(context: parts.count > 1 ? parts[1] : nil)
  }

  var isPrometheus: Bool { if case .prometheus = self { true } else { false } }
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
