import Foundation

/// Certificates for a test, made by the `openssl` command: an authority, a server's, a client's, and a stranger's.
package struct CertificateFolder: Sendable {
  package let folder: String

  package static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// - Parameter serverName: the only name that the server's certificate bears.
  package init(serverName: String) throws {
    folder = try Self.newFolder(FileManager.default.temporaryDirectory.path + "/tocsin-certificates")
    for name in ["authority", "stranger"] {
      try run(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key",
        "-out", "\(name).pem")
    }
    for (name, alternative) in [("server", serverName), ("client", "client")] {
      try run(
        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(alternative)", "-keyout", "\(name).key", "-out",
        "\(name).csr")
      let isAddress = alternative.allSatisfy { $0.isNumber || $0 == "." }
      try Data("subjectAltName=\(isAddress ? "IP" : "DNS"):\(alternative)\n".utf8)
        .write(to: URL(filePath: "\(folder)/\(name).ext"))
      try run(
        "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
        "-days", "2", "-extfile", "\(name).ext", "-out", "\(name).pem")
    }
  }

  static func newFolder(_ beginning: String) throws -> String {
    var template = Array((beginning + "-XXXXXX").utf8CString)
    guard let path = mkdtemp(&template) else { throw POSIXError(.EIO) }
    return String(cString: path)
  }

  package func remove() { try? FileManager.default.removeItem(atPath: folder) }

  package func path(_ name: String) -> String { "\(folder)/\(name)" }

  package func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }

  private func run(_ arguments: String...) throws {
    let process = SpawnedProcess()
    process.executableURL = URL(filePath: Self.openssl ?? "")
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
  }
}

/// `openssl s_server` before files that are whole HTTP answers: TLS without a TLS library of our own.
package final class SecureServer: Sendable {
  package let port: Int
  private let process = SpawnedProcess()

  /// - Parameters:
  ///   - answers: by request target without its leading slash, which must not hold another one.
  ///   - asksForCertificate: refuses clients without one of the authority's.
  package init(
    _ certificates: CertificateFolder, answers: [String: String], asksForCertificate: Bool = false
  ) throws {
    let served = try CertificateFolder.newFolder(certificates.path("served"))
    for (name, body) in answers {
      let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
      let file = URL(filePath: "\(served)/\(name)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(answer.utf8).write(to: file)
    }
    process.executableURL = URL(filePath: CertificateFolder.openssl ?? "")
    process.arguments =
      [
        "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", certificates.path("server.pem"), "-key",
        certificates.path("server.key"),
      ]
      + (asksForCertificate
        ? ["-CAfile", certificates.path("authority.pem"), "-Verify", "1", "-verify_return_error"] : [])
    process.currentDirectoryURL = URL(filePath: served)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    // It ends when its input ends.
    process.standardInput = Pipe()
    try process.run()
    var text = ""
    while !text.contains("ACCEPT"), let bytes = try output.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
      text += String(decoding: bytes, as: UTF8.self)
    }
    while !text.hasSuffix("\n"), let bytes = try output.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
      text += String(decoding: bytes, as: UTF8.self)
    }
    guard let port = text.firstMatch(of: /ACCEPT .*:(\d+)/).flatMap({ Int($0.1) }) else { throw POSIXError(.EINVAL) }
    self.port = port
  }

  package func stop() { process.terminate() }

  deinit { stop() }
}
