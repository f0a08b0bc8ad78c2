import IncidentModel
import Synchronization
import TextReading

/// The alert that started an issue: `target` of `target.json`. The rest of that file gives the answer away and is
/// passed over unread.
struct PetShopTarget {
  var symptom: Incident.Symptom
  var alertedAt: Timestamp

  init(_ file: FileBytes, limits: ReadLimits) throws {
    var reader = try JSONReader(file, limits: limits)
    var node: String?
    var metric: String?
    var statistic: String?
    var time: Int64?
    try reader.beginObject()
    while try reader.nextMember() {
      guard reader.keyIs("target") else {
        try reader.skipValue()
        continue
      }
      try reader.beginObject()
      while try reader.nextMember() {
        if reader.keyIs("node") {
          node = try reader.text()
        } else if reader.keyIs("metric") {
          metric = try reader.textIfNotNull()
        } else if reader.keyIs("agg") {
          statistic = try reader.textIfNotNull()
        } else if reader.keyIs("timestamp") {
          time = try reader.timestamp()
        } else {
          try reader.skipValue()
        }
      }
    }
    try reader.finish()
    guard let node, let time else { throw reader.error("“target” needs a node and a timestamp") }
    let name = metric.map { metric in statistic.map { PetShopFiles.metricName(metric, $0) } ?? metric }
    symptom = Incident.Symptom(component: ComponentID(node), metric: name)
    alertedAt = Timestamp(nanoseconds: time)
  }
}

/// Reading PetShop's two kinds of CSV.
enum PetShopFiles {
  /// `latency|stat=p95`: the statistic is a label, so that its name stays plain.
  static func metricName(_ metric: String, _ statistic: String) -> String { "\(metric)|stat=\(statistic)" }

  /// Three header rows: microservice, metric, statistic.
  static func metrics(_ file: FileBytes, limits: ReadLimits) throws -> MetricTable {
    var reader = MetricTableReader(limits: limits)
    reader.headerRowCount = 3
    return try reader.read(file)
  }

  /// An adjacency matrix: a row's component calls the columns that are not 0.
  static func calls(_ file: FileBytes, limits: ReadLimits) throws -> (names: [String], calls: [ServiceMap.Call]) {
    var reader = DelimitedReader(file, limits: limits)
    guard try reader.nextRow() else { throw file.error(at: 0, "the file is empty; a row of names is expected") }
    let callees = (0..<reader.fieldCount).map { reader.text($0) }
    var names = Array(callees.dropFirst())
    var calls: [ServiceMap.Call] = []
    let numbers = DecimalParser()
    while try reader.nextRow() {
      try reader.requireFieldCount(callees.count)
      let caller = reader.text(0)
      names.append(caller)
      for column in callees.indices.dropFirst() {
        guard let value = numbers.number(reader[column]) else {
          throw reader.error(field: column, "0 or 1 is expected here")
        }
        if value != 0 { calls.append(ServiceMap.Call(from: ComponentID(caller), to: ComponentID(callees[column]))) }
      }
    }
    return (names.filter { !$0.isEmpty }, calls)
  }
}

/// Files that all issues of a scenario share, read once.
final class PetShopShared: Sendable {
  struct Scenario: Sendable {
    var names: [String]
    var calls: [ServiceMap.Call]
    /// Nil where no fault-free recording lies beside the issues.
    var normal: MetricTable?
    /// Names and digests of the files.
    var digests: [(path: String, digest: String)]
  }

  /// Where one scenario is kept as soon as the first of its cases has read it; others wait for that.
  private final class Place: Sendable {
    let scenario = Mutex<Scenario?>(nil)
  }

  private let places = Mutex<[String: Place]>([:])

  /// A scenario by its name inside the root. What cannot be read is tried anew for every case.
  func scenario(_ path: String, root: DatasetFolder, limits: ReadLimits) throws -> Scenario {
    let place = places.withLock { places in
      let place = places[path] ?? Place()
      places[path] = place
      return place
    }
    return try place.scenario.withLock { known in
      if let known { return known }
      let scenario = try Self.read(path, root: root, limits: limits)
      known = scenario
      return scenario
    }
  }

  private static func read(_ path: String, root: DatasetFolder, limits: ReadLimits) throws -> Scenario {
    var source = ByteSource(folder: root, limits: limits)
    let graph = try source.read(join(path, "graph.csv"))
    var digests = [(path: graph.relativePath, digest: graph.digest)]
    let (names, calls) = try PetShopFiles.calls(graph, limits: limits)
    var normal: MetricTable?
    if let file = try source.readIfPresent(join(path, "noissue/metrics.csv")) {
      normal = try PetShopFiles.metrics(file, limits: limits)
      digests.append((file.relativePath, file.digest))
    }
    return Scenario(names: names, calls: calls, normal: normal, digests: digests)
  }
}
