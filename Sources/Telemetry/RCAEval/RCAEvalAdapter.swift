import IncidentModel
import TextReading

/// Reads RCAEval (Pham et al., 2024): `<service>_<fault>/<n>/` with a wide table of metrics, the time at which the
/// fault was injected, and for some systems logs and traces.
///
/// The folder's name is the answer; it appears in the identifiers of cases, which scorecards show, and never in a
/// `TelemetryWindow`. The time of injection stands for the time of an alert; no symptom is known.
package struct RCAEvalAdapter: DatasetAdapter {
  package static let name = "rcaeval"
  package static let recognisedBy = "an inject_time.txt beside a table of metrics"

  private static let tables = ["data.csv", "simple_metrics.csv", "metrics.csv"]
  private static let maximumDepth = 6
  private let folder: DatasetFolder

  package static func recognises(_ folder: String) -> Bool {
    guard let adapter = try? RCAEvalAdapter(folder: folder), let paths = try? adapter.casePaths(atMost: 1) else {
      return false
    }
    return !paths.isEmpty
  }

  package init(folder: String) throws { self.folder = try DatasetFolder(folder) }

  package func cases() throws -> [CaseReference] {
    let paths = try casePaths(atMost: 100_000)
    guard !paths.isEmpty else {
      throw DatasetError(file: folder.path, message: "no folder with an inject_time.txt was found here or below")
    }
    let above = (try folder.resolve("") ?? folder.path).split(separator: "/").map(String.init)
    return paths.map { path in
      let parts = above.suffix(3) + path.split(separator: "/").map(String.init)
      // <system>/<service>_<fault>/<n>
      let system = parts.dropLast(2).last ?? "rcaeval"
      return CaseReference(
        id: path.isEmpty ? parts.suffix(2).joined(separator: "/") : path, group: system,
        path: path.isEmpty ? "/" + above.joined(separator: "/") : folder.shown(path))
    }
  }

  package func read(_ reference: CaseReference, options: ReadOptions) throws -> TelemetryWindow {
    var (assembly, injection) = try assemble(reference, options: options)
    if !options.isBlind { assembly.incident.alertedAt = injection }
    return assembly.window()
  }

  /// What precedes the injection in a case, the alert put in its middle; the position is that of the case.
  package func readHealthy(_ position: Int, options: ReadOptions) throws -> TelemetryWindow? {
    let cases = try cases()
    guard cases.indices.contains(position) else { return nil }
    var (assembly, injection) = try assemble(cases[position], options: options)
    let start = assembly.incident.window.start
    // One sample in hand, since an injection shows in the sample that spans it.
    let clock = assembly.metrics.first?.times ?? []
    let end = injection.advanced(bySeconds: -Double(samplingInterval(clock)) / 1e9)
    guard start < end else { return nil }
    assembly.crop(before: end)
    assembly.incident.window.end = end
    assembly.incident.id += "-before"
    if !options.isBlind { assembly.incident.alertedAt = start.advanced(bySeconds: start.seconds(until: end) / 2) }
    return assembly.window()
  }

  private func casePaths(atMost limit: Int) throws -> [String] {
    var found: [String] = []
    func search(_ relative: String, _ depth: Int) throws {
      guard found.count < limit else { return }
      if ["", ".gz"].contains(where: { folder.contains(join(relative, "inject_time.txt\($0)")) }) {
        found.append(relative)
        return
      }
      guard depth < Self.maximumDepth else { return }
      for entry in try folder.entries(relative) where entry.isFolder {
        try search(join(relative, entry.name), depth + 1)
      }
    }
    try search("", 0)
    return found
  }

  private func assemble(
    _ reference: CaseReference, options: ReadOptions
  ) throws -> (WindowAssembly, injection: Timestamp) {
    let prefix = folder.path + "/"
    let relative = reference.path.hasPrefix(prefix) ? String(reference.path.dropFirst(prefix.count)) : ""
    var source = ByteSource(folder: folder, limits: options.limits)
    let (file, table) = try readTable(relative, &source, options.limits)
    guard let first = table.times.first, let last = table.times.last else {
      throw DatasetError(file: file.name, message: "there are no rows under the header")
    }
    let end = last.addingReportingOverflow(samplingInterval(table.times)).partialValue
    // The table's digest names the incident without giving its cause away.
    let id = "rcaeval-" + file.digest.dropFirst("sha256:".count).prefix(8)
    var assembly = WindowAssembly(
      incident: Incident(
        id: id, title: "Recorded incident",
        window: TimeWindow(
          start: Timestamp(nanoseconds: first), end: Timestamp(nanoseconds: end)), environment: reference.group))
    try addMetrics(table, file, to: &assembly)
    try addRecords(relative, &source, to: &assembly)
    let injection = try readInjection(try source.read(join(relative, "inject_time.txt")))
    assembly.inputDigest = source.inputDigest
    return (assembly, injection)
  }

  private func readTable(
    _ relative: String, _ source: inout ByteSource, _ limits: ReadLimits
  ) throws -> (FileBytes, MetricTable) {
    for name in Self.tables {
      guard let file = try source.readIfPresent(join(relative, name)) else { continue }
      let reader = MetricTableReader(limits: limits)
      return (file, try reader.read(file))
    }
    throw DatasetError(
      file: folder.shown(relative), message: "there is none of \(Self.tables.joined(separator: ", ")) here")
  }

  private func addMetrics(_ table: MetricTable, _ file: FileBytes, to assembly: inout WindowAssembly) throws {
    let columns = RCAEvalColumns(table.names.map { $0[0] })
    var seen = Set<MetricKey>()
    var skipped = 0
    let series = table.series { column in
      guard let key = columns.key(table.names[column][0]), seen.insert(key).inserted else {
        skipped += 1
        return nil
      }
      return key
    }
    assembly.metrics = series.asMeasures()
    assembly.blindSpots += table.blindSpots
    if skipped > 0 {
      assembly.blindSpots.append(
        "\(skipped) \(skipped == 1 ? "column" : "columns") of the metrics name no service or repeat another and were "
          + "left out.")
    }
  }

  private func addRecords(
    _ relative: String, _ source: inout ByteSource, to assembly: inout WindowAssembly
  ) throws {
    if let file = try source.readIfPresent(join(relative, "traces.csv")) {
      if let builder = try RCAEvalRecords.spans(file, limits: source.limits) {
        assembly.spans = builder.build().table
        assembly.spans.componentNames = Self.measuredNames(of: assembly.spans, assembly.metrics)
      } else {
        assembly.blindSpots.append("traces.csv lacks a column for traces, spans, services, starts or durations.")
      }
    }
    if let file = try source.readIfPresent(join(relative, "logs.csv")) {
      if let logs = try RCAEvalRecords.logs(file, limits: source.limits) {
        assembly.logs = logs
      } else {
        assembly.blindSpots.append("logs.csv lacks a column for times, services or messages.")
      }
    }
  }

  /// Some services are traced as `<name>service` and measured as `<name>`.
  private static func measuredNames(of spans: SpanTable, _ metrics: [MetricSeries]) -> [ComponentID] {
    let traced = Set(spans.componentNames)
    let measured = Set(metrics.map(\.key.component))
    return spans.componentNames.map { name in
      guard !measured.contains(name), name.rawValue.hasSuffix("service") else { return name }
      let short = ComponentID(String(name.rawValue.dropLast("service".count)))
      return measured.contains(short) && !traced.contains(short) ? short : name
    }
  }

  private func readInjection(_ file: FileBytes) throws -> Timestamp {
    try file.withBytes { bytes in
      let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first ?? ""
      var clock = ClockText()
      guard let time = withUTF8Bytes(String(text), { clock.nanoseconds($0) }) else {
        throw file.error(at: 0, "the time of injection is expected here, in Unix seconds")
      }
      return Timestamp(nanoseconds: time)
    }
  }
}
