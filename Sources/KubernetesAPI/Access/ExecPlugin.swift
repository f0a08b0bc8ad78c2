import Foundation

/// A program that a kubeconfig names to get credentials from (`client.authentication.k8s.io`).
package struct ExecPlugin: Sendable {
  static let knownVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
  package static let deadlineSeconds = 30.0
  static let maximumOutputBytes = 1 << 20

  package var command: String
  var apiVersion: String
  var arguments: [String] = []
  var environment: [String: String] = [:]
  var installHint: String?
  var wantsClusterInfo = false

  /// What it answers.
  package struct Credentials: Sendable {
    var token: String?
    var certificate: [UInt8]?
    var key: [UInt8]?
    /// Unix seconds; nil where they do not expire.
    var expiresAt: Double?
  }

  /// Runs it without a shell; it and all that it started end with the deadline.
  /// - Throws: `KubernetesAPIError` for a program that cannot be run, fails, is late or answers something else.
  package func run(for access: ClusterAccess, deadlineSeconds: Double = deadlineSeconds) async throws -> Credentials {
    let info = try clusterInfo(access)
    let output: Result<[UInt8], ChildProcess.Failure> = await withCheckedContinuation { continuation in
      // It blocks, so it has a thread of its own.
      Thread {
        let child = ChildProcess(
          command: command, arguments: arguments,
          environment: environment.merging(["KUBERNETES_EXEC_INFO": info]) { _, ours in ours })
        continuation.resume(
          returning: child.output(deadlineSeconds: deadlineSeconds, maximumBytes: Self.maximumOutputBytes))
      }.start()
    }
    switch output {
    case .success(let bytes): return try credentials(bytes)
    case .failure(let failure): throw error(failure.rawValue)
    }
  }

  private func error(_ what: String) -> KubernetesAPIError {
    KubernetesAPIError(
      .credential, "the exec plugin \(command)", detail: what + (installHint.map { ". \($0.prefix(400))" } ?? ""))
  }

  private struct Answer: Decodable {
    var apiVersion: String
    var kind: String
    var status: Status?

    struct Status: Decodable {
      var token: String?
      var clientCertificateData: String?
      var clientKeyData: String?
      var expirationTimestamp: String?
    }
  }

  private func credentials(_ bytes: [UInt8]) throws -> Credentials {
    // The decoder's own words could quote a secret.
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)), answer.kind == "ExecCredential" else {
      throw error("its output is no ExecCredential")
    }
    guard answer.apiVersion == apiVersion else {
      throw error("its output is of another version than the kubeconfig names (\(apiVersion))")
    }
    guard let status = answer.status, status.token != nil || status.clientCertificateData != nil else {
      throw error("its output holds neither a token nor a certificate")
    }
    guard (status.clientCertificateData == nil) == (status.clientKeyData == nil) else {
      throw error("its output holds a certificate or a key, and both are needed")
    }
    var expiresAt: Double?
    if let text = status.expirationTimestamp {
      guard let date = try? Date.ISO8601FormatStyle().parse(text) else {
        throw error("its expirationTimestamp is no time")
      }
      expiresAt = date.timeIntervalSince1970
    }
    return Credentials(
      token: status.token, certificate: status.clientCertificateData.map { Array($0.utf8) },
      key: status.clientKeyData.map { Array($0.utf8) }, expiresAt: expiresAt)
  }

  /// What `KUBERNETES_EXEC_INFO` tells the program.
  private func clusterInfo(_ access: ClusterAccess) throws -> String {
    var spec: [String: Any] = ["interactive": false]
    if wantsClusterInfo {
      var cluster: [String: Any] = ["server": access.server]
      if !access.settings.verifiesServer { cluster["insecure-skip-tls-verify"] = true }
      cluster["tls-server-name"] = access.settings.serverName
      cluster["proxy-url"] = access.settings.proxy
      cluster["certificate-authority-data"] = access.settings.certificateAuthorities.map {
        Data($0).base64EncodedString()
      }
      spec["cluster"] = cluster
    }
    let info: [String: Any] = ["apiVersion": apiVersion, "kind": "ExecCredential", "spec": spec]
    return String(decoding: try JSONSerialization.data(withJSONObject: info, options: .sortedKeys), as: UTF8.self)
  }
}

extension ExecPlugin: CustomStringConvertible, CustomDebugStringConvertible {
  /// Without arguments and environment, which can hold secrets.
  package var description: String { command }
  package var debugDescription: String { command }
}
