import Foundation
import IncidentModel
import Shop

/// Keeps the lab's processes running, as systemd or a kubelet does: who ends is started again, later each time.
///
/// For the main thread alone.
final class ProcessTable {
  private static let shortestPauseSeconds = 0.5
  private static let longestPauseSeconds = 8.0

  private struct Entry {
    var plan: ProcessPlan
    var child: ChildProcess?
    var startedAt = 0.0
    var startAgainAt: Double?
    var pauseSeconds = 0.0
  }

  private let layout: LabLayout
  private var entries: [Entry] = []

  init(_ layout: LabLayout) { self.layout = layout }

  func start(_ plan: ProcessPlan) throws {
    var entry = Entry(plan: plan)
    try start(&entry)
    entries.append(entry)
  }

  /// Looks after everybody once.
  func lookAfter() throws {
    let now = Self.seconds
    for position in entries.indices {
      var entry = entries[position]
      if let status = entry.child?.ended() {
        entry.child = nil
        entry.pauseSeconds = Self.pauseSeconds(
          after: status, livedSeconds: now - entry.startedAt, lastSeconds: entry.pauseSeconds)
        entry.startAgainAt = entry.plan.isRestarted ? now + entry.pauseSeconds : nil
        report(entry.plan, "the process ended with status \(status), \(Self.reason(status))")
      }
      if let due = entry.startAgainAt, due <= now {
        entry.startAgainAt = nil
        try start(&entry)
        report(entry.plan, "the process was started again")
      }
      entries[position] = entry
    }
  }

  /// Who was told to end makes room for a release, which comes up at once.
  static func pauseSeconds(after status: Int, livedSeconds: Double, lastSeconds: Double) -> Double {
    if status == 128 + Int(SIGTERM) { return 0 }
    guard livedSeconds <= 20 else { return shortestPauseSeconds }
    return (2 * lastSeconds).clamped(to: shortestPauseSeconds...longestPauseSeconds)
  }

  /// Ends all, the last one started first.
  func endAll() {
    for entry in entries.reversed() { entry.child?.end() }
    entries = []
  }

  private func start(_ entry: inout Entry) throws {
    let child = try ChildProcess.start(entry.plan, in: layout)
    entry.child = child
    entry.startedAt = Self.seconds
    if entry.plan.name == entry.plan.component {
      try? Data("\(child.process)".utf8).write(to: URL(fileURLWithPath: layout.processFile(of: entry.plan.name)))
    }
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 0: "as if it were done"
    case 137: "killed"
    case 128...: "by signal \(status - 128)"
    default: "an error of its own"
    }
  }

  /// What the supervisor saw belongs to the component's log.
  private func report(_ plan: ProcessPlan, _ body: String) {
    guard let component = plan.component, LabComponent.named(component)?.role != nil else { return }
    let line =
      "{\"timeUnixNano\":\"\(Moment.wallNanoseconds)\",\"component\":\"\(component)\",\"severity\":\"warning\","
      + "\"body\":\"\(body)\"}\n"
    guard let file = fopen("\(layout.folder)/supervisor.jsonl", "a") else { return }
    fputs(line, file)
    fclose(file)
  }

  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
