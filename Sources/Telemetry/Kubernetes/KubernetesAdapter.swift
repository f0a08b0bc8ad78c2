import Foundation
import IncidentModel
import KubernetesObjects
import TextReading

/// Reads the objects of a cluster with nothing else beside them: a file, a folder of lists, a `kubectl cluster-info
/// dump`, a must-gather, a support bundle.
package struct KubernetesAdapter: DatasetAdapter {
  package static let name = "kubernetes"
  package static let recognisedBy =
    "a file or folder of API objects, a cluster-info dump, a must-gather, a support bundle"

  private let folder: DatasetFolder
  /// The one file that is meant; nil for all of the folder.
  private let file: String?
  private let path: String

  package static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      return false
    }
    let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    return [".json", ".yaml", ".yml"].contains(where: name.hasSuffix)
  }

  package static func recognises(_ folder: String) -> Bool {
    if isFile(folder) { return true }
    guard let folder = try? DatasetFolder(folder), let entries = try? folder.entries() else { return false }
    let names = Set(entries.map(\.name))
    if names.contains("case.yaml") { return false }
    if hasLayout(folder, "") { return true }
    // Bundles are unpacked into a folder of their own name.
    return entries.filter(\.isFolder).prefix(8).contains { hasLayout(folder, $0.name) }
  }

  private static func hasLayout(_ folder: DatasetFolder, _ relative: String) -> Bool {
    guard let entries = try? folder.entries(relative) else { return false }
    let folders = Set(entries.filter(\.isFolder).map(\.name))
    if !folders.isDisjoint(with: ["cluster-scoped-resources", "cluster-resources", "kubernetes"]) { return true }
    return entries.contains { entry in
      guard !entry.isFolder, [".json", ".yaml", ".yml", ".gz"].contains(where: entry.name.hasSuffix) else {
        return false
      }
      let stem = String(entry.name.prefix { $0 != "." })
      return ["pods", "nodes", "deployments", "services", "events"].contains(stem)
    }
  }

  package init(folder path: String) throws {
    self.path = path
    if Self.isFile(path) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let parent = parts.dropLast().joined(separator: "/")
      folder = try DatasetFolder(parts.count == 1 ? "." : parent.isEmpty ? "/" : parent)
      file = parts.last.map(String.init)
    } else {
      folder = try DatasetFolder(path)
      file = nil
    }
  }

  package func cases() throws -> [CaseReference] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return [CaseReference(id: name, group: name, path: path)]
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    var source = ByteSource(folder: folder, limits: options.limits)
    var reader = ClusterFolder(isStrict: file != nil, limits: options.limits)
    if let file { try reader.readFile(file, &source) } else { try reader.read("", &source) }
    let snapshot = reader.snapshot
    guard !snapshot.isEmpty else {
      throw DatasetError(file: path, message: "there are no API objects here; give what kubectl get -o json writes")
    }
    let end = (snapshot.moment ?? Timestamp(nanoseconds: 0)).advanced(bySeconds: 1)
    let window = TimeWindow(start: end.advanced(bySeconds: -3600), end: end)
    var assembly = WindowAssembly(
      incident: Incident(id: reference.id, title: "Cluster \(reference.id)", window: window))
    assembly.kubernetes = snapshot
    assembly.inputDigest = source.inputDigest
    return assembly.window()
  }

  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? { nil }
}
