import IncidentModel
import TextReading

/// Reads PetShop (Hardt et al., "The PetShop Dataset", 2023): metrics of a microservice shop on AWS at five minutes, a
/// call graph, issues with the alert that announced them, and fault-free recordings made at other times.
///
/// Metrics are named `latency|stat=p95`, `requests|stat=Sum`, `availability|stat=Average`. The fault-free recording is
/// appended to each series of an issue and named as reference window; it may lie before the issue or after.
package struct PetShopAdapter: DatasetAdapter {
  package static let name = "petshop"
  package static let recognisedBy = "a graph.csv beside issues with a target.json"

  private let layout: PetShopLayout
  private let readOnce = PetShopShared()

  package static func recognises(_ folder: String) -> Bool { PetShopLayout.recognises(folder) }

  package init(folder: String) throws {
    layout = try PetShopLayout(folder)
    guard !layout.scenarios.isEmpty else {
      throw DatasetError(file: folder, message: "no scenario with a graph.csv was found here, below, or around it")
    }
  }

  package func cases() throws -> [CaseReference] {
    layout.scenarios.flatMap { scenario in
      scenario.issues.map { issue in
        let below = scenario.path.isEmpty ? issue : String(issue.dropFirst(scenario.path.count + 1))
        return CaseReference(
          id: join(scenario.name, below), group: scenario.name, path: layout.root.shown(issue))
      }
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    guard let (scenario, issue) = find(reference) else {
      throw DatasetError(file: reference.path, message: "this issue is not part of \(layout.root.path)")
    }
    var source = ByteSource(folder: layout.root, limits: options.limits)
    let file = try source.read(join(issue, "metrics.csv"))
    let table = try PetShopFiles.metrics(file, limits: options.limits)
    guard let first = table.times.first, let last = table.times.last else {
      throw DatasetError(file: file.name, message: "there are no rows under the header")
    }
    let shared = try readOnce.scenario(scenario.path, root: layout.root, limits: options.limits)
    let end = last.addingReportingOverflow(samplingInterval(table.times)).partialValue
    let target = try PetShopTarget(try source.read(join(issue, "target.json")), limits: options.limits)
    var assembly = WindowAssembly(
      incident: Incident(
        id: reference.id, title: "PetShop, \(reference.id)",
        window: TimeWindow(start: Timestamp(nanoseconds: first), end: Timestamp(nanoseconds: end)),
        alertedAt: options.isBlind ? nil : target.alertedAt, symptom: options.isBlind ? nil : target.symptom,
        environment: scenario.name))
    add(shared, issueTable: table, to: &assembly)
    for item in shared.digests { source.include(item.path, digest: item.digest) }
    assembly.inputDigest = source.inputDigest
    return assembly.window()
  }

  /// Slices of the fault-free recordings, each as long as the scenario's first issue and alerted as far into it, with
  /// the rest of the recording as reference. Slices alternate between scenarios and are spread over the recording.
  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? {
    let withNormal = try layout.scenarios.filter { scenario in
      try !scenario.issues.isEmpty
        && readOnce.scenario(scenario.path, root: layout.root, limits: options.limits).normal != nil
    }
    guard position >= 0, !withNormal.isEmpty else { return nil }
    let scenario = withNormal[position % withNormal.count]
    let shared = try readOnce.scenario(scenario.path, root: layout.root, limits: options.limits)
    guard let normal = shared.normal, let issue = scenario.issues.first else { return nil }
    var source = ByteSource(folder: layout.root, limits: options.limits)
    let shape = try PetShopFiles.metrics(try source.read(join(issue, "metrics.csv")), limits: options.limits)
    let target = try PetShopTarget(try source.read(join(issue, "target.json")), limits: options.limits)
    let slices = HealthySlices(rowCount: normal.times.count, sliceRows: max(1, shape.times.count))
    guard let rows = slices.rows(position / withNormal.count) else { return nil }
    let lead = shape.times.first.map { Timestamp(nanoseconds: $0).seconds(until: target.alertedAt) } ?? 0
    let whole = wholeWindow(normal.times)
    let start = Timestamp(nanoseconds: normal.times[rows.lowerBound])
    let end = rows.upperBound < normal.times.count ? Timestamp(nanoseconds: normal.times[rows.upperBound]) : whole.end
    let id = "\(scenario.name)/window_\(rows.lowerBound)"
    var assembly = WindowAssembly(
      incident: Incident(
        id: id, title: "PetShop, \(id)", window: TimeWindow(start: start, end: end),
        alertedAt: options.isBlind ? nil : start.advanced(bySeconds: lead),
        symptom: options.isBlind ? nil : target.symptom, environment: scenario.name))
    add(shared, issueTable: nil, to: &assembly)
    assembly.referenceWindows = [
      TimeWindow(start: whole.start, end: start), TimeWindow(start: end, end: whole.end),
    ].filter { !$0.isEmpty }
    for item in shared.digests { source.include(item.path, digest: item.digest) }
    assembly.inputDigest = source.inputDigest
    return assembly.window()
  }

  private func find(_ reference: CaseReference) -> (PetShopLayout.Scenario, issue: String)? {
    for scenario in layout.scenarios {
      if let issue = scenario.issues.first(where: { layout.root.shown($0) == reference.path }) {
        return (scenario, issue)
      }
    }
    return nil
  }

  private func add(_ shared: PetShopShared.Scenario, issueTable: MetricTable?, to assembly: inout WindowAssembly) {
    var table = issueTable ?? MetricTable()
    if let normal = shared.normal {
      table = issueTable.map { $0.joined(normal) } ?? normal
      assembly.referenceWindows = [wholeWindow(normal.times)].filter { !$0.isEmpty }
    } else {
      assembly.blindSpots.append(
        "There is no fault-free recording of this scenario; what is normal is known from before the alert alone.")
    }
    assembly.metrics = table.series { column in
      let name = table.names[column]
      return MetricKey(component: ComponentID(name[0]), metric: PetShopFiles.metricName(name[1], name[2]))
    }
    assembly.components = Set(shared.names + table.names.map { $0[0] }).sorted().map(PetShopNames.component)
    assembly.calls = shared.calls
    assembly.blindSpots += table.blindSpots
  }

  private func wholeWindow(_ times: [Int64]) -> TimeWindow {
    let last = times.last ?? 0
    return TimeWindow(
      start: Timestamp(nanoseconds: times.first ?? 0),
      end: Timestamp(nanoseconds: last.addingReportingOverflow(samplingInterval(times)).partialValue))
  }
}
