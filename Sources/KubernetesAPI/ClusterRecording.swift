import Foundation

/// The objects of a cluster as files of a recorded case: one list a resource, as `kubectl get -o json` writes it.
package struct ClusterRecording: Sendable {
  package struct File: Sendable {
    /// `pods.json`
    package var name: String
    package var bytes: [UInt8]
  }

  package let files: [File]

  private static let scopeFile = "scope.json"

  /// Resources that could not be listed have no file; those without objects have an empty list.
  package init(_ memory: ObjectMemory) {
    let lists: [File] = APIResource.all.compactMap { resource in
      memory.objects(resource).map { objects in
        let items = Array(objects.map(\.json).joined(separator: Array(",\n".utf8)))
        return File(
          name: resource.name + ".json",
          bytes: Array("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n".utf8) + items + Array("\n]}\n".utf8))
      }
    }
    let scope = File(name: Self.scopeFile, bytes: Array("{\"missesPods\":true}\n".utf8))
    files = lists + (memory.missesPods ? [scope] : [])
  }

  /// Writes the files, in place of those of an earlier recording.
  package func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for resource in APIResource.all { try? FileManager.default.removeItem(atPath: "\(folder)/\(resource.name).json") }
    try? FileManager.default.removeItem(atPath: "\(folder)/\(Self.scopeFile)")
    for file in files { try Data(file.bytes).write(to: URL(filePath: "\(folder)/\(file.name)"), options: .atomic) }
  }
}
