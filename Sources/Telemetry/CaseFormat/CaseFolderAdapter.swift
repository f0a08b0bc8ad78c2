import IncidentModel
import KubernetesObjects
import TextReading

/// Reads cases in the project's own format; `truth.yaml` is never opened here.
package struct CaseFolderAdapter: DatasetAdapter {
  package static let name = "tocsin"
  package static let recognisedBy = "a case.yaml here or in a folder below"

  private let folder: DatasetFolder

  package static func recognises(_ folder: String) -> Bool {
    guard let folder = try? DatasetFolder(folder) else { return false }
    return CaseSearch(folder: folder).findsAny()
  }

  package init(folder: String) throws { self.folder = try DatasetFolder(folder) }

  package func cases() throws -> [CaseReference] {
    let paths = try CaseSearch(folder: folder).relativePaths()
    guard !paths.isEmpty else {
      throw DatasetError(file: folder.path, message: "no folder with a case.yaml was found here or below")
    }
    let datasetName = folder.path.split(separator: "/").last.map(String.init) ?? folder.path
    return paths.map { path in
      let parents = path.split(separator: "/").dropLast()
      return CaseReference(
        id: path.isEmpty ? datasetName : path, group: parents.first.map(String.init) ?? datasetName,
        path: folder.shown(path))
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    let relative = try relativePath(reference)
    var source = ByteSource(folder: folder, limits: options.limits)
    let fallbackID = reference.path.split(separator: "/").last.map(String.init) ?? reference.id
    let description = try CaseDescription(
      try source.read(join(relative, "case.yaml")), fallbackID: fallbackID)
    var assembly = WindowAssembly(incident: description.incident)
    assembly.referenceWindows = description.referenceWindows
    assembly.blindSpots = description.blindSpots
    if let file = try source.readIfPresent(join(relative, "topology.yaml")) {
      let topology = try CaseTopology(file)
      assembly.components = topology.components
      assembly.calls = topology.calls
    }
    try readTelemetry(relative, &source, &assembly)
    try requireTelemetry(assembly, file: folder.shown(join(relative, "case.yaml")))
    if options.isBlind {
      assembly.incident.alertedAt = nil
      assembly.incident.symptom = nil
    }
    assembly.inputDigest = source.inputDigest
    return assembly.window()
  }

  /// Healthy windows are cases of their own here, with `healthy: true` as their truth.
  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? { nil }

  private func relativePath(_ reference: CaseReference) throws -> String {
    if reference.path == folder.path { return "" }
    guard reference.path.hasPrefix(folder.path + "/") else {
      throw DatasetError(file: reference.path, message: "this case is not part of \(folder.path)")
    }
    return String(reference.path.dropFirst(folder.path.count + 1))
  }

  private func readTelemetry(
    _ relative: String, _ source: inout ByteSource, _ assembly: inout WindowAssembly
  ) throws {
    let metrics = try CaseMetrics(relative, &source)
    assembly.metrics = metrics.series.asMeasures()
    assembly.blindSpots += metrics.blindSpots
    var spanIndex = SpanIndex.empty
    if let file = try source.readIfPresent(join(relative, "spans.jsonl")) {
      let builder = try readCaseSpans(file, limits: source.limits)
      (assembly.spans, spanIndex) = builder.build()
      if builder.duplicateCount > 0 {
        assembly.blindSpots.append(
          "spans.jsonl: \(builder.duplicateCount) spans repeat the identifier of another in their trace; the first "
            + "of each was kept.")
      }
    }
    if let file = try source.readIfPresent(join(relative, "logs.jsonl")) {
      assembly.logs = try readCaseLogs(file, spans: spanIndex, limits: source.limits)
    }
    if let file = try source.readIfPresent(join(relative, "alerts.jsonl")) {
      assembly.alerts = try readCaseAlerts(file, limits: source.limits)
    }
    if let file = try source.readIfPresent(join(relative, "changes.jsonl")) {
      assembly.changes = try readCaseChanges(file, limits: source.limits)
    }
    if source.folder.containsFolder(join(relative, "kubernetes")) {
      var cluster = ClusterFolder(isStrict: true, limits: source.limits)
      try cluster.read(join(relative, "kubernetes"), &source)
      var snapshot = cluster.snapshot
      // Nothing is later than the case; a time beyond it is somebody's wrong clock.
      let end = assembly.incident.window.end
      if snapshot.newestTime.map({ $0 > end }) ?? true { snapshot.statedMoment = end }
      ClusterFolder.addLogs(assembly.logs, to: &snapshot)
      assembly.kubernetes = snapshot
    }
  }

  /// A case without telemetry, or with none at the time of the incident, is a mistake rather than a blind spot.
  private func requireTelemetry(_ assembly: WindowAssembly, file: String) throws {
    if let kubernetes = assembly.kubernetes, !kubernetes.isEmpty { return }
    let window = assembly.incident.window
    let extents =
      [
        assembly.spans.starts.first.map { ($0, assembly.spans.starts.last ?? $0) },
        assembly.logs.times.first.map { ($0, assembly.logs.times.last ?? $0) },
      ].compactMap { $0 }
      + assembly.metrics.compactMap { series in
        series.times.first.map { ($0, series.times.last ?? $0) }
      }
      // An alert without an end still fires.
      + assembly.alerts.map { alert in
        (alert.startsAt.nanoseconds, (alert.endsAt ?? max(alert.startsAt, window.start)).nanoseconds)
      }
    guard let first = extents.map(\.0).min(), let last = extents.map(\.1).max() else {
      throw DatasetError(
        file: file,
        message: "the case has no telemetry at all; it needs metrics.csv, logs.jsonl, spans.jsonl or alerts.jsonl")
    }
    guard first < window.end.nanoseconds, last >= window.start.nanoseconds else {
      throw DatasetError(
        file: file,
        message: "no telemetry lies in the window \(window.start) to \(window.end); it reaches from "
          + "\(Timestamp(nanoseconds: first)) to \(Timestamp(nanoseconds: last))")
    }
  }
}
