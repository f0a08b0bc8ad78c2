import ConfigurationReading
import Foundation

/// A mistake in a kubeconfig. Never quotes a value: it may be a secret.
package struct KubeconfigError: FileProblem {
  package let file: String
  package let line: Int?
  package let column: Int?
  package let message: String

  package init(file: String, line: Int?, column: Int?, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

/// Clusters, users and contexts, as `kubectl` keeps them; several files are merged as it does: the first one that names
/// something wins.
package struct Kubeconfig: Sendable {
  package var files: [String] = []
  package var currentContext: String?
  package var clusters: [String: Cluster] = [:]
  package var users: [String: User] = [:]
  package var contexts: [String: Context] = [:]

  package struct Cluster: Sendable {
    var place: KubeconfigError
    var server = ""
    var authority: PEM?
    var verifiesServer = true
    var serverName: String?
    var proxy: String?
  }

  package struct User: Sendable {
    var place: KubeconfigError
    var token: String?
    var tokenFile: String?
    var certificate: PEM?
    var key: PEM?
    var exec: ExecPlugin?
  }

  package struct Context: Sendable {
    var place: KubeconfigError
    package var cluster: String
    package var user: String?
    package var namespace: String?
  }

  /// From the file itself, or from another that it names.
  enum PEM: Sendable {
    case bytes([UInt8])
    case file(String)
  }

  /// - Parameter files: as `KUBECONFIG` lists them; those that do not exist are passed over if one does.
  package init(files: [String]) throws(KubeconfigError) {
    let found = files.filter { FileManager.default.fileExists(atPath: $0) }
    guard !found.isEmpty else {
      throw KubeconfigError(
        file: files.first ?? "kubeconfig", line: nil, column: nil, message: "the file does not exist")
    }
    for file in found {
      let text = try TextFile<KubeconfigError>.read(file, maximumBytes: 4 << 20)
      try merge(KubeconfigReader(file: file).read(text))
    }
    self.files = found
  }

  package init(text: String, file: String) throws(KubeconfigError) {
    try merge(KubeconfigReader(file: file).read(text))
    files = [file]
  }

  init() {}

  private mutating func merge(_ other: Kubeconfig) throws(KubeconfigError) {
    currentContext = currentContext ?? other.currentContext
    clusters.merge(other.clusters) { first, _ in first }
    users.merge(other.users) { first, _ in first }
    contexts.merge(other.contexts) { first, _ in first }
  }
}
