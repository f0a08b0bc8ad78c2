import IncidentModel
import TextReading

/// The metrics of a day up to a moment: a file a pod, one of the entry point, and two of the service mesh.
struct NezhaMetrics {
  /// Sorted by key.
  private(set) var series: [MetricSeries] = []
  /// Calls and nodes as the day's `dependency.csv` names them.
  private(set) var dependencies: [(from: String, to: String)] = []
  /// Pods that have a file.
  private(set) var pods: [String] = []
  private(set) var hasMeshLatencies = false
  private let until: Int64
  private let parser = DecimalParser()

  var firstTime: Timestamp? { series.compactMap(\.times.first).min().map { Timestamp(nanoseconds: $0) } }

  /// What the columns of a pod's file mean. The columns of the pod's node are not here: they do not say which node.
  private static let podColumns: [String: (MetricClass, String)] = [
    "CpuUsage(m)": (.cpu, "millicores"), "CpuUsageRate(%)": (.cpu, "%"),
    "MemoryUsage(Mi)": (.memory, "MiB"), "MemoryUsageRate(%)": (.memory, "%"),
    "NetworkReceiveBytes": (.throughput, "B/s"), "NetworkTransmitBytes": (.throughput, "B/s"),
    "PodServerLatencyP90(s)": (.latency, "s"), "PodServerLatencyP95(s)": (.latency, "s"),
    "PodServerLatencyP99(s)": (.latency, "s"), "PodWorkload(Ops)": (.throughput, "requests/s"),
    "PodSuccessRate(%)": (.availability, "%"),
  ]
  private static let entryColumns: [String: (MetricClass, String)] = [
    "SuccessRate(%)": (.availability, "%"), "LatencyP50(s)": (.latency, "s"), "LatencyP90(s)": (.latency, "s"),
    "LatencyP95(s)": (.latency, "s"), "LatencyP99(s)": (.latency, "s"),
  ]
  /// Read by those who look for time lost between two services; see `metric` below.
  private static let meshFiles = [("source_50.csv", "source"), ("destination_50.csv", "destination")]

  init(_ day: NezhaDay, in folder: DatasetFolder, until end: Timestamp, from source: inout ByteSource) throws {
    until = end.nanoseconds
    let parent = day.path.isEmpty ? "metric" : day.path + "/metric"
    guard folder.containsFolder(parent) else { return }
    for entry in try folder.entries(parent) where !entry.isFolder {
      let name = entry.name.hasSuffix(".gz") ? String(entry.name.dropLast(3)) : entry.name
      guard name.hasSuffix("_metric.csv") else { continue }
      try readPod(source.read("\(parent)/\(name)"), source.limits)
    }
    if let file = try source.readIfPresent("\(parent)/front_service.csv") { try readEntry(file, source.limits) }
    for (name, side) in Self.meshFiles {
      guard let file = try source.readIfPresent("\(parent)/\(name)") else { continue }
      try readMesh(file, side: side, source.limits)
      hasMeshLatencies = true
    }
    if let file = try source.readIfPresent("\(parent)/dependency.csv") { try readDependencies(file, source.limits) }
    series.sort { $0.key < $1.key }
  }

  private mutating func readPod(_ file: FileBytes, _ limits: ReadLimits) throws {
    var name: String?
    let columns = try table(file, timeColumn: "TimeStamp", nameColumn: "PodName", limits) { name = name ?? $0 }
    guard let name else { return }
    pods.append(name)
    append(columns, ComponentID(name)) { Self.podColumns[$0].map { ($0.0, $0.1) } }
  }

  private mutating func readEntry(_ file: FileBytes, _ limits: ReadLimits) throws {
    var name: String?
    let columns = try table(file, timeColumn: "TimeStamp", nameColumn: "ServiceName", limits) { name = name ?? $0 }
    guard let name else { return }
    // The entry point is written with a capital letter; where a service of that name exists, it is meant.
    let service = pods.map(PodName.service(of:)).first { $0.lowercased() == name.lowercased() }
    append(columns, ComponentID(service ?? name)) { Self.entryColumns[$0].map { ($0.0, $0.1) } }
  }

  /// Columns `<caller>_<callee>` become `<caller>|edge-latency-p50|side=source|callee=<callee>`: the median latency of
  /// the calls from one service to another, as the side that calls and the side that answers sees it.
  private mutating func readMesh(_ file: FileBytes, side: String, _ limits: ReadLimits) throws {
    let services = Set(pods.map(PodName.service(of:)))
    for column in try table(file, timeColumn: "timestamp", nameColumn: nil, limits, { _ in }) {
      let splits = column.name.indices.filter { column.name[$0] == "_" }
      guard
        let split = splits.first(where: {
          services.contains(String(column.name[..<$0]))
            && services.contains(String(column.name[column.name.index(after: $0)...]))
        })
      else { continue }
      let callee = column.name[column.name.index(after: split)...]
      series.append(
        MetricSeries(
          key: MetricKey(
            component: ComponentID(String(column.name[..<split])),
            metric: "edge-latency-p50|side=\(side)|callee=\(callee)"),
          metricClass: .latency, unit: "s", times: column.times, values: column.values))
    }
  }

  private mutating func readDependencies(_ file: FileBytes, _ limits: ReadLimits) throws {
    var reader = DelimitedReader(file, limits: limits)
    guard try reader.nextRow() else { return }
    let places = try NezhaHeader.places(of: ["Source", "Target"], in: reader)
    while try reader.nextRow() { dependencies.append((reader.text(places[0]), reader.text(places[1]))) }
  }

  private mutating func append(
    _ columns: [Column], _ component: ComponentID, _ meaning: (String) -> (MetricClass, String)?
  ) {
    for column in columns {
      guard let (metricClass, unit) = meaning(column.name), column.values.contains(where: \.isFinite) else { continue }
      series.append(
        MetricSeries(
          key: MetricKey(component: component, metric: column.name), metricClass: metricClass, unit: unit,
          times: column.times, values: column.values))
    }
  }

  private struct Column {
    var name: String
    var times: [Int64]
    var values: [Double]
  }

  /// All columns of a file but those of time and name, in time order; of rows with one time the first counts.
  private func table(
    _ file: FileBytes, timeColumn: String, nameColumn: String?, _ limits: ReadLimits, _ named: (String) -> Void
  ) throws -> [Column] {
    var reader = DelimitedReader(file, limits: limits)
    guard try reader.nextRow() else { throw file.error(at: 0, "the file has no header row") }
    let places = try NezhaHeader.places(of: [timeColumn] + (nameColumn.map { [$0] } ?? []), in: reader)
    let width = reader.fieldCount
    let isValue = (0..<width).map { !places.contains($0) && !Self.isClock(reader.text($0)) }
    let names = (0..<width).filter { isValue[$0] }.map { reader.text($0) }
    let clock = ClockText()
    var times: [Int64] = []
    var rows: [[Double]] = []
    while try reader.nextRow() {
      try reader.requireFieldCount(width)
      guard let time = clock.nanoseconds(unixSeconds: reader[places[0]]) else {
        throw reader.error(field: places[0], "\(timeColumn) is not a time in Unix seconds")
      }
      guard time < until else { continue }
      if places.count > 1, times.isEmpty { named(reader.text(places[1])) }
      times.append(time)
      rows.append((0..<width).filter { isValue[$0] }.map { parser.number(reader[$0]) ?? .nan })
    }
    var order = ascendingOrder(times) ?? Array(times.indices)
    order = order.enumerated().filter { $0 == 0 || times[order[$0 - 1]] != times[$1] }.map(\.element)
    let ordered = order.map { times[$0] }
    return names.enumerated().map { place, name in
      Column(name: name, times: ordered, values: order.map { rows[$0][place] })
    }
  }

  /// The written-out time beside the Unix time.
  private static func isClock(_ column: String) -> Bool { column.lowercased() == "time" }
}
