import Foundation
import IncidentModel
import Shop
import Telemetry

/// What can be done to a running shop. Each operation remembers how it is taken back; `restore` does that, the last
/// one first, so that a fault says only what it breaks.
///
/// Works from any process on the machine, on the main thread.
package final class RunningLab {
  package private(set) var layout: LabLayout
  private var repairs: [() throws -> Void] = []

  /// - Throws: `LabError` when no such lab is running.
  package init(_ layout: LabLayout) throws {
    guard Journal.supervisor(of: layout) != nil, access(layout.folder, F_OK) == 0 else {
      throw LabError("lab \(layout.number) is not running; start it with tocsin-lab up --number \(layout.number)")
    }
    self.layout = layout
    // As it was started, whatever the caller took it for.
    if let isolation = Journal.isolation(of: layout) { self.layout.isolation = isolation }
  }

  /// - Throws: `LabError` where this lab has not what the fault needs.
  package func begin(_ fault: Fault, at target: String) throws {
    if let refusal = fault.refusal(in: layout.isolation) { throw LabError(refusal) }
    try fault.begin(self, target)
  }

  /// Takes everything back that was done through this value. Goes on where one step fails, and throws the first error.
  package func restore() throws {
    var failure: (any Error)?
    for repair in repairs.reversed() {
      do { try repair() } catch { failure = failure ?? error }
    }
    repairs = []
    if let failure { throw failure }
  }

  // MARK: - Settings and releases

  /// Changes what takes effect while the process runs.
  func configure(_ component: String, _ change: (inout ShopConfiguration) -> Void) throws {
    let path = layout.configurationFile(of: component)
    let before = try ShopConfiguration.read(path)
    var after = before
    change(&after)
    try after.write(path)
    repairs.append { try before.write(path) }
  }

  /// A new version of a service, as a deployment would bring it: written down, and the process started again.
  func release(_ component: String, _ change: (inout ShopConfiguration.Behaviour) -> Void = { _ in }) throws {
    let old = try ShopConfiguration.read(layout.configurationFile(of: component)).release
    let parts = old.split(separator: ".").compactMap { Int($0) }
    let new = parts.count == 3 ? "\(parts[0]).\(parts[1] + 1).0" : old + ".1"
    repairs.append { [self] in restart(component) }
    try configure(component) {
      $0.release = new
      change(&$0.behaviour)
    }
    try record(component, .deploy, "\(component) \(new) rolled out", from: old, to: new)
    restart(component)
  }

  /// The supervisor starts it again.
  func restart(_ component: String) { signal(component, SIGTERM) }

  /// Writes down a change, where people would look for one.
  func record(
    _ component: String, _ kind: ChangeEvent.Kind, _ summary: String, from: String? = nil, to: String? = nil
  ) throws {
    var line =
      "{\"time\":\"\(Timestamp(nanoseconds: Moment.wallNanoseconds))\",\"component\":\"\(component)\","
      + "\"kind\":\"\(kind.rawValue)\",\"summary\":\"\(summary)\""
    if let from { line += ",\"from\":\"\(from)\"" }
    if let to { line += ",\"to\":\"\(to)\"" }
    guard let file = fopen(layout.changesFile, "a") else { throw LabError("\(layout.changesFile) cannot be written") }
    fputs(line + "}\n", file)
    fclose(file)
  }

  // MARK: - Processes and limits

  /// Stops a component's processes where they stand.
  func freeze(_ component: String) {
    for process in members(component) { kill(process, SIGSTOP) }
    repairs.append { [self] in for process in members(component) { kill(process, SIGCONT) } }
  }

  func signal(_ component: String, _ number: Int32) {
    let text = (try? String(contentsOfFile: layout.processFile(of: component), encoding: .utf8)) ?? ""
    if let process = Int32(text), process > 1 { kill(process, number) }
  }

  private func members(_ component: String) -> [Int32] {
    ControlGroups()?.members(of: "\(layout.controlGroup)/\(component)") ?? []
  }

  /// Starts something beside a component's own process: it shares the component's network and limits.
  func run(beside component: String, _ command: [String]) throws {
    let plan = ProcessPlan(
      name: "beside", component: component, command: command,
      logFile: "\(layout.folder(of: component))/beside.log")
    let child = try ChildProcess.start(plan, in: layout)
    repairs.append { child.end() }
  }

  /// So many writes a second to the disk that the lab's folder lies on, at most.
  func limitDiskWrites(_ component: String, perSecond: Int) throws {
    var status = stat()
    guard stat(layout.folder(of: component), &status) == 0 else { throw LabError("\(component) has no folder") }
    let device = "\(status.st_dev >> 8 & 0xfff):\(status.st_dev & 0xff | status.st_dev >> 12 & 0xfff00)"
    let group = "\(layout.controlGroup)/\(component)"
    let groups = try ControlGroup()
    try groups.limitWrites(group, device: device, perSecond: perSecond)
    repairs.append { try groups.limitWrites(group, device: device, perSecond: nil) }
  }

  // MARK: - Network

  /// Rules of the packet filter in a component's namespace: for packets that come in, and for connections that begin.
  func filter(_ component: String, input: [String] = [], redirect: [String] = []) throws {
    let namespace = layout.namespace(of: component)
    let rules = """
      table ip fault {
        chain arriving {
          type nat hook prerouting priority -100
          \(redirect.joined(separator: "\n    "))
        }
        chain accepting {
          type filter hook input priority 0
          \(input.joined(separator: "\n    "))
        }
      }

      """
    try Tool.run(["ip", "netns", "exec", namespace, "nft", "-f", "-"], input: rules)
    repairs.append { try Tool.run(["ip", "netns", "exec", namespace, "nft", "delete", "table", "ip", "fault"]) }
  }

  /// The port on which others reach a component.
  static func port(of component: String) -> Int {
    ["postgres": 5432, "redis": 6379, "nginx": WebPart.port][component] ?? 8080
  }

  // MARK: - Stores

  func sql(_ statement: String) throws { try connection().query(statement) }

  /// Begins a transaction and leaves it open.
  func hold(_ statement: String) throws {
    let session = try connection()
    try session.query("BEGIN; \(statement)")
    repairs.append { try session.query("ROLLBACK") }
  }

  func whenRestored(_ repair: @escaping () throws -> Void) { repairs.append(repair) }

  private func connection() throws -> PostgresConnection {
    try PostgresConnection(
      address: layout.address(of: "postgres"), database: "shop", user: "shop", timeoutSeconds: 60)
  }
}
