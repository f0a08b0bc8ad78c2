import IncidentModel
import Telemetry
import TextReading

/// `target.json` of PetShop (Hardt et al., 2023). Only `root_cause` is decoded: `metadata` spells out the injection.
enum PetShopTruth {
  private struct Target: Decodable {
    struct RootCause: Decodable {
      var node: String
      var metric: String?
    }
    var rootCause: RootCause

    enum CodingKeys: String, CodingKey { case rootCause = "root_cause" }
  }

  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let file = reference.path + "/target.json"
    let cause = try TruthFile.decode(Target.self, from: "target.json", in: reference.path).rootCause
    return GroundTruth(
      components: [.init(ComponentID(cause.node))], metric: cause.metric.map { .named($0) }, file: file)
  }
}

/// RCAEval (Pham et al., 2024) states the cause in the folder's name, `<service>_<fault>`.
enum RCAEvalTruth {
  /// What the authors count as the right metric of a fault.
  private static let meanings: [String: [MetricClass]] = [
    "cpu": [.cpu], "mem": [.memory], "disk": [.disk], "delay": [.latency], "loss": [.latency],
    "socket": [.connections, .network],
  ]

  static func read(_ reference: CaseReference) throws -> GroundTruth {
    var parts = reference.path.split(separator: "/").map(String.init)
    // `<service>_<fault>/<repetition>`: the repetition has no underscore.
    if parts.count > 1, parts.last?.contains("_") == false { parts.removeLast() }
    guard let name = parts.last, let separator = name.lastIndex(of: "_"), separator > name.startIndex else {
      throw DatasetError(file: reference.path, message: "the folder is not named <service>_<fault>")
    }
    let fault = String(name[name.index(after: separator)...])
    return GroundTruth(
      components: [.init(ComponentID(String(name[..<separator])))], metric: meanings[fault].map { .meaning($0) },
      fault: FaultNames.kind(of: fault), file: reference.path)
  }
}

/// `<day>-fault_list.json` of Nezha (Yu et al., 2023): one entry an injection, in a list for every hour.
enum NezhaTruth {
  private struct Injection: Decodable {
    var time: String
    var pod: String
    var type: String

    enum CodingKeys: String, CodingKey {
      case time = "inject_time"
      case pod = "inject_pod"
      case type = "inject_type"
    }
  }

  /// `reference.position` counts the day's injections from 0 in order of time.
  static func read(_ reference: CaseReference) throws -> GroundTruth {
    let day = reference.path.split(separator: "/").last.map(String.init) ?? ""
    let file = "\(day)-fault_list.json"
    let hours = try TruthFile.decode([String: [Injection]].self, from: file, in: reference.path)
    let injections = hours.values.joined().sorted { ($0.time, $0.pod) < ($1.time, $1.pod) }
    guard injections.indices.contains(reference.position) else {
      throw DatasetError(
        file: file, message: "there are \(injections.count) injections, so there is no number \(reference.position)")
    }
    let injection = injections[reference.position]
    return GroundTruth(
      components: [.init(ComponentID(service(ofPod: injection.pod)))],
      metric: metric(of: injection.type), fault: FaultNames.kind(of: injection.type),
      startedAt: Timestamp(rfc3339: injection.time), file: file)
  }

  /// The authors' inner answers are the pods' cpu and network delay; faults in the code have a log position instead.
  private static func metric(of type: String) -> GroundTruth.MetricAnswer? {
    switch type {
    case "cpu_contention", "cpu_consumed": .meaning([.cpu])
    case "network_delay": .meaning([.latency, .network])
    default: nil
    }
  }

  /// A deployment's pod is `<service>-<replica set>-<pod>`.
  private static func service(ofPod pod: String) -> String {
    let parts = pod.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count > 2 ? parts.dropLast(2).joined(separator: "-") : pod
  }
}
