import Foundation

/// Programs of the system that tests are run against.
package enum InstalledProgram {
  /// The path of a program; nil where it is not installed.
  package static func path(_ name: String) -> String? {
    ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  package static func has(_ names: String...) -> Bool { names.allSatisfy { path($0) != nil } }

  /// PostgreSQL's own programs lie in a folder of their version; nil without one.
  package static var postgresFolder: String? {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.max().map { "\(root)/\($0)/bin" }
  }
}
