import KubernetesAPI
import Telemetry

/// The logs of pods that are unhealthy or suspected, as telemetry. What was read once is not read again as long as the
/// container is the same and has not begun anew.
actor LiveLogs {
  private let client: KubernetesClient
  private var known: [PodLogRequest: [PodLogLine]] = [:]

  init(_ client: KubernetesClient) { self.client = client }

  /// - Throws: `CancellationError`.
  func table(for mirror: ClusterMirror) async throws -> (logs: LogTable, blindSpots: [String]) {
    let wanted = mirror.logRequests
    let (lines, blindSpots) = try await client.logs(wanted.filter { known[$0] == nil })
    known.merge(lines) { $1 }
    // What nobody asks for any more is forgotten.
    let current = Set(wanted)
    known = known.filter { current.contains($0.key) }
    var builder = LogTableBuilder()
    for request in wanted {
      for line in known[request] ?? [] {
        builder.append(
          time: line.time.nanoseconds, component: request.component, severity: LogSeverity(line: line.text),
          body: line.text)
      }
    }
    return (builder.build(), blindSpots)
  }
}
