import IncidentModel
import TextReading

/// One day of recordings: where its files lie and when faults were injected.
struct NezhaDay: Sendable {
  /// As the folder is called: `2022-08-22`.
  let name: String
  /// Inside the dataset folder; `""` when the dataset folder is the day.
  let path: String
  /// The fault-free recordings of the day; nil when there are none.
  let normalPath: String?
  /// Nanoseconds since 1970, ascending.
  let injections: [Int64]

  /// Where the days lie: the whole dataset, its `rca_data`, or one day.
  private static let parents = ["rca_data", ""]

  /// Paths of the days inside the folder, by looking at names only.
  static func names(in folder: DatasetFolder) -> [String] {
    for parent in parents where parent.isEmpty || folder.containsFolder(parent) {
      let entries = (try? folder.entries(parent)) ?? []
      let days = entries.filter { entry in
        entry.isFolder && folder.contains("\(prefix(parent))\(entry.name)/\(entry.name)-fault_list.json")
      }
      if !days.isEmpty { return days.map { prefix(parent) + $0.name } }
    }
    return []
  }

  static func all(in folder: DatasetFolder) throws -> [NezhaDay] {
    let paths = names(in: folder)
    guard !paths.isEmpty else {
      throw DatasetError(
        file: folder.path, message: "there is no <day>/<day>-fault_list.json here, nor below rca_data; check the folder"
      )
    }
    return try paths.map { path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let normal = "construct_data/\(name)"
      var source = ByteSource(folder: folder)
      return NezhaDay(
        name: name, path: path, normalPath: folder.containsFolder(normal) ? normal : nil,
        injections: try injections(try source.read("\(path)/\(name)-fault_list.json")))
    }
  }

  /// `inject_time`, which is UTC, of every entry; `inject_timestamp` is wrong on one of the published days.
  private static func injections(_ file: FileBytes) throws -> [Int64] {
    var reader = try JSONReader(file)
    var times: [Int64] = []
    try reader.beginObject()
    while try reader.nextMember() {
      try reader.beginArray()
      while try reader.nextElement() {
        var time: Int64?
        try reader.beginObject()
        while try reader.nextMember() {
          if reader.keyIs("inject_time") { time = try reader.timestamp() } else { try reader.skipValue() }
        }
        guard let time else { throw reader.error("an entry of the fault list has no inject_time") }
        times.append(time)
      }
    }
    try reader.finish()
    return times.sorted()
  }

  private static func prefix(_ parent: String) -> String { parent.isEmpty ? "" : parent + "/" }

  /// Midnight UTC at the day's begin; nil when the folder is not named for a day.
  var midnight: Int64? { Timestamp(rfc3339: name + "T00:00:00Z")?.nanoseconds }
}
