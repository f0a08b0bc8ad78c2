import Foundation
import IncidentModel
import Shop
import Telemetry

/// Runs the shop through a plan and writes one case after another; cases that are there already are kept.
package struct Recorder {
  package var layout: LabLayout
  package var seed: UInt64
  package var plan: RecordingPlan
  package var folder: String
  /// How the dataset can be made again.
  package var commandLine: String
  /// Of several labs that share a plan, this one takes each `parts`-th case, from the `part`-th (from 0) on.
  package var part = 0
  package var parts = 1
  private static let attempts = 3
  /// Long enough for the last scrape and the last spans.
  private static let lateSeconds = 2.5
  private static let pauseSeconds = 12.0
  private static let longestSettleSeconds = 60.0

  package init(layout: LabLayout, seed: UInt64, plan: RecordingPlan, folder: String, commandLine: String) {
    self.layout = layout
    self.seed = seed
    self.plan = plan
    self.folder = folder
    self.commandLine = commandLine
  }

  /// - Parameter progress: is told in sentences.
  /// - Returns: the cases that could not be recorded so that the fault shows.
  /// - Throws: `LabError`, `DatasetError`, `CancellationError` when asked to end; what is written stays.
  package func run(_ progress: (String) -> Void) throws -> [String] {
    try describe()
    let own = plan.cases.enumerated().filter { $0.offset % parts == part }.map(\.element)
    let missing = own.filter { access("\(folder)/\($0.id)/truth.yaml", F_OK) != 0 }
    progress("\(own.count - missing.count) of \(own.count) cases are there already")
    guard !missing.isEmpty else { return [] }
    var laboratory: Laboratory?
    defer { laboratory?.end() }
    var failed: [String] = []
    for (place, planned) in missing.enumerated() {
      var complaints: [String] = []
      for attempt in 1...Self.attempts {
        let lab = try laboratory ?? started(progress)
        laboratory = lab
        complaints = try record(planned, lab)
        if complaints.isEmpty { break }
        progress("\(planned.id), attempt \(attempt): \(complaints.joined(separator: "; "))")
        // What is left of a fault that went wrong should not be in the next attempt.
        lab.end()
        laboratory = nil
      }
      if !complaints.isEmpty { failed.append(planned.id) }
      progress("\(planned.id) \(complaints.isEmpty ? "recorded" : "given up"), \(place + 1) of \(missing.count)")
    }
    return failed
  }

  private func started(_ progress: (String) -> Void) throws -> Laboratory {
    let laboratory = try Laboratory(layout, seed: seed)
    do {
      try laboratory.start(progress)
      // Caches fill, and rates need something to be rates of.
      try laboratory.wait(25)
    } catch {
      laboratory.end()
      throw error
    }
    return laboratory
  }

  /// - Returns: what is wrong with the recording; then nothing is written.
  private func record(_ planned: RecordingPlan.PlannedCase, _ laboratory: Laboratory) throws -> [String] {
    let prometheus = SeriesReading(url: layout.prometheusURL)
    let patience = ProcessTable.seconds + Self.longestSettleSeconds
    while try prometheus.pages(), ProcessTable.seconds < patience { try laboratory.wait(1) }
    try laboratory.wait(Self.pauseSeconds)
    for component in layout.components {
      for name in ["spans.jsonl", "log.jsonl"] { unlink("\(layout.folder(of: component.name))/\(name)") }
    }
    let lab = try RunningLab(layout)
    let start = Moment.wallNanoseconds
    var note = RecordingNote(fault: planned.fault, target: planned.target)
    defer { try? lab.restore() }
    do {
      try play(planned, laboratory, lab, &note)
    } catch let error as LabError {
      return ["it could not be injected: \(error)"]
    }
    let end = Moment.wallNanoseconds
    try laboratory.wait(Self.lateSeconds)
    var assembly = try CaseCut(layout: layout).window(
      planned.id, TimeWindow(start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: end)))
    for decoy in planned.decoys where decoy.kind == .standingAlert { assembly.alerts.append(standing(decoy, start)) }
    let window = noticed(assembly, since: note.startedAt).window()
    let complaints = try note.complaints(window)
    guard complaints.isEmpty else { return complaints }
    let place = "\(folder)/\(planned.id)"
    try CaseWriter(folder: place).write(window, compress: true)
    try note.write(place)
    // Last: a case with its truth is complete.
    try Data(try note.truth().utf8).write(to: URL(fileURLWithPath: "\(place)/truth.yaml"))
    return []
  }

  /// Lets time go by, with decoys and the fault when their time has come.
  private func play(
    _ planned: RecordingPlan.PlannedCase, _ laboratory: Laboratory, _ lab: RunningLab, _ note: inout RecordingNote
  ) throws {
    let begin = ProcessTable.seconds
    var due: [(seconds: Double, decoy: RecordingPlan.Decoy?)] = planned.decoys.map { ($0.seconds, $0) }
    if planned.fault != nil { due.append((planned.beforeSeconds, nil)) }
    for event in due.sorted(by: { $0.seconds < $1.seconds }) {
      try laboratory.wait(max(0, begin + event.seconds - ProcessTable.seconds))
      if let decoy = event.decoy {
        try play(decoy, lab)
      } else if let name = planned.fault, let target = planned.target {
        note.startedAt = Timestamp(nanoseconds: Moment.wallNanoseconds)
        try lab.begin(Fault.named(name), at: target)
      }
    }
    try laboratory.wait(max(0, begin + planned.beforeSeconds + planned.faultSeconds - ProcessTable.seconds))
  }

  private func play(_ decoy: RecordingPlan.Decoy, _ lab: RunningLab) throws {
    switch decoy.kind {
    case .release: try lab.release(decoy.component)
    case .busyMinute: try lab.configure("load") { $0.behaviour.trafficFactor *= 1.25 }
    case .standingAlert: break
    }
  }

  /// A condition that somebody has been told of for days.
  private func standing(_ decoy: RecordingPlan.Decoy, _ start: Int64) -> Alert {
    let names = ["postgres": "NoRecentBackup", "redis": "NoReplica", "host": "RestartRequired"]
    return Alert(
      labels: [
        "alertname": names[decoy.component] ?? "Unlabelled", "component": decoy.component, "severity": "ticket",
      ],
      annotations: [:], startsAt: Timestamp(nanoseconds: start).advanced(bySeconds: -3 * 86_400))
  }

  /// The incident is noticed with the first page.
  private func noticed(_ assembly: WindowAssembly, since start: Timestamp?) -> WindowAssembly {
    var assembly = assembly
    let pages = assembly.alerts.filter { alert in
      alert.labels["severity"] == "page" && start.map { alert.startsAt >= $0 } ?? true
    }
    if let first = pages.min(by: { $0.startsAt < $1.startsAt }) {
      assembly.incident.alertedAt = first.startsAt
      if let component = first.labels["component"] {
        assembly.incident.symptom = .init(component: ComponentID(component), metric: first.labels["metric"])
      }
    }
    return assembly
  }

  private func describe() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = """
      name: shop
      origin: recorded
      licence: Apache-2.0
      citation: "recorded by \(commandLine) on \(Machine.description)"
      adapter: tocsin

      """
    let path = "\(folder)/dataset.yaml"
    if let old = try? String(contentsOfFile: path, encoding: .utf8) {
      guard old.contains("recorded by \(commandLine) ") else {
        throw LabError("\(folder) was recorded by another command; its dataset.yaml says which")
      }
      return
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}

/// What a reader of a recording wants to know of the machine.
enum Machine {
  static var description: String {
    let system = try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)
    let name = system?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12)
    let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "unknown"
    let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_073_741_824
    return
      "\((name ?? "Linux").replacing("\"", with: "")), kernel \(kernel.trimmingCharacters(in: .whitespacesAndNewlines)), "
      + "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors, \(Int(memory.rounded())) GiB"
  }
}
