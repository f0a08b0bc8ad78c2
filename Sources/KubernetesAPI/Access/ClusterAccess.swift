import ConfigurationReading
import Foundation
import HTTPTransport

/// Where an API server is, whom to trust there, and who we are.
package struct ClusterAccess: Sendable {
  /// Without a slash at the end.
  package var server: String
  package var settings: HTTPSettings
  package var credential: Credential
  /// The context of the kubeconfig, where there is one.
  package var context: String?
  /// The context's own, where it names one.
  package var namespace: String?
  /// What a reader of the report must know of the connection.
  package var blindSpots: [String] = []

  /// Who we are, beside a certificate in the settings.
  package enum Credential: Sendable {
    case none
    case token(String)
    /// Read again for every request: it is replaced while we run.
    case tokenFile(String)
    case plugin(ExecPlugin)
  }

  package init(server: String, settings: HTTPSettings = HTTPSettings(), credential: Credential = .none) {
    self.server = server
    self.settings = settings
    self.credential = credential
  }

  /// - Parameters:
  ///   - context: nil for the current one.
  ///   - pluginEnvironment: what a program that the kubeconfig names is run with; nil where none may be run.
  package init(
    _ config: Kubeconfig, context contextName: String?, pluginEnvironment: [String: String]? = nil
  ) throws(KubeconfigError) {
    func problem(_ message: String) -> KubeconfigError {
      KubeconfigError(file: config.files.joined(separator: ":"), line: nil, column: nil, message: message)
    }
    let known = config.contexts.keys.sorted().joined(separator: ", ")
    guard let name = contextName ?? config.currentContext else {
      throw problem("there is no current context; name one of \(known)")
    }
    guard let context = config.contexts[name] else { throw problem("there is no context \(name); there are \(known)") }
    guard let cluster = config.clusters[context.cluster] else {
      throw context.place.with("there is no cluster “\(context.cluster)”")
    }
    server = cluster.server
    self.context = name
    namespace = context.namespace
    credential = .none
    settings = HTTPSettings()
    settings.verifiesServer = cluster.verifiesServer
    settings.serverName = cluster.serverName
    settings.proxy = cluster.proxy
    settings.certificateAuthorities = try Self.bytes(cluster.authority, "certificate-authority", cluster.place)
    if !cluster.verifiesServer {
      blindSpots.append(
        "The API server's certificate was not checked (insecure-skip-tls-verify): what was read may be forged.")
    }
    guard let userName = context.user, !userName.isEmpty else { return }
    guard let user = config.users[userName] else { throw context.place.with("there is no user “\(userName)”") }
    try identify(user, pluginEnvironment)
  }

  private mutating func identify(
    _ user: Kubeconfig.User, _ pluginEnvironment: [String: String]?
  ) throws(KubeconfigError) {
    if let certificate = try Self.bytes(user.certificate, "client-certificate", user.place),
      let key = try Self.bytes(user.key, "client-key", user.place)
    {
      settings.identity = HTTPSettings.ClientIdentity(certificate: certificate, key: key)
    }
    if let file = user.tokenFile {
      credential = .tokenFile(file)
    } else if let token = user.token {
      credential = .token(token)
    } else if var plugin = user.exec {
      guard let pluginEnvironment else {
        throw user.place.with(
          "the user needs a program to be run (exec: \(plugin.command)); allow it with --allow-exec-plugin")
      }
      plugin.environment = pluginEnvironment.merging(plugin.environment) { _, own in own }
      credential = .plugin(plugin)
    }
  }

  private static func bytes(
    _ pem: Kubeconfig.PEM?, _ key: String, _ place: KubeconfigError
  ) throws(KubeconfigError) -> [UInt8]? {
    switch pem {
    case nil: return nil
    case .bytes(let bytes): return bytes
    case .file(let path):
      guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
        throw place.with("the file of “\(key)” (\(path)) does not exist or may not be read")
      }
      return [UInt8](data)
    }
  }

  /// The folder that Kubernetes mounts into every pod.
  package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The service account of the pod that we run in.
  /// - Parameters:
  ///   - host: `KUBERNETES_SERVICE_HOST`.
  ///   - port: `KUBERNETES_SERVICE_PORT`.
  /// - Throws: `KubernetesAPIError` when the folder is not there.
  package init(inClusterHost host: String, port: String, folder: String = serviceAccountFolder) throws {
    server = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    guard let authority = FileManager.default.contents(atPath: folder + "/ca.crt"),
      FileManager.default.isReadableFile(atPath: folder + "/token")
    else {
      throw KubernetesAPIError(.credential, server, detail: "no service account is mounted in \(folder)")
    }
    settings = HTTPSettings()
    settings.certificateAuthorities = [UInt8](authority)
    credential = .tokenFile(folder + "/token")
  }
}

extension KubeconfigError {
  /// The same place with another message.
  func with(_ message: String) -> KubeconfigError {
    KubeconfigError(file: file, line: line, column: column, message: message)
  }
}
