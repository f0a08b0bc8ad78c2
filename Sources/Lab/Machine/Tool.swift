import Foundation

/// Programs of the system that are run to their end.
enum Tool {
  /// - Returns: standard output.
  /// - Throws: `LabError` with what the program said, where it fails or is missing.
  @discardableResult
  static func run(_ words: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let (standardInput, output, error) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = error
    do { try process.run() } catch { throw LabError("\(words[0]) cannot be run: \(error)") }
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    // What these programs say is shorter than a pipe holds.
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw LabError(
        "\(words.joined(separator: " ")) failed: \(complaint.trimmingCharacters(in: .whitespacesAndNewlines))")
    }
    return String(decoding: said, as: UTF8.self)
  }

  static func runQuietly(_ words: [String]) { _ = try? run(words) }

  /// Programs that the lab needs and that are not here, with the Debian package of each.
  package static func missing(_ isolation: Isolation = .namespaces) -> [String] {
    var needed = [
      "nginx": "nginx-light", "redis-server": "redis-server",
      "prometheus": "prometheus", "prometheus-node-exporter": "prometheus-node-exporter",
      "prometheus-postgres-exporter": "prometheus-postgres-exporter",
      "prometheus-redis-exporter": "prometheus-redis-exporter",
      "prometheus-nginx-exporter": "prometheus-nginx-exporter", "openssl": "openssl", "setpriv": "util-linux",
    ]
    if isolation == .namespaces {
      needed["ip"] = "iproute2"
      needed["nft"] = "nftables"
    }
    var packages = needed.filter { path(of: $0.key) == nil }.map(\.value)
    if PostgresPart.programFolder() == nil { packages.append("postgresql") }
    return packages.sorted()
  }

  static func path(of program: String) -> String? {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"].map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }
}
