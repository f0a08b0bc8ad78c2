import Foundation
import IncidentModel
import TextReading

/// A service map that lies on its own, as `topology.yaml` of the case format.
package enum TopologyFile {
  /// - Throws: `DatasetError` with line and column.
  package static func read(_ path: String) throws -> ServiceMap {
    let url = URL(fileURLWithPath: path)
    var source = ByteSource(folder: try DatasetFolder(url.deletingLastPathComponent().path))
    let topology = try CaseTopology(try source.read(url.lastPathComponent))
    return ServiceMap(components: topology.components, calls: topology.calls)
  }

  package static func text(_ map: ServiceMap) -> [UInt8] { CaseYAML.topologyFile(map) }
}
