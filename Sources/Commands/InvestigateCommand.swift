import ArgumentParser
import Foundation
import IncidentModel
import KubernetesAPI
import RunbookExecution
import Supervision
import Telemetry

struct InvestigateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "investigate",
    abstract: "Investigate one incident, recorded or live.",
    discussion: """
      CASE is a folder in the project's own format (case.yaml and telemetry) or in one that is read as it is: a PetShop \
      issue, an RCAEval run, a Nezha day, an alert set, what an OpenTelemetry Collector wrote. Where a folder holds several incidents, name one with --id.

      tocsin investigate datasets/simulated/<case>
      tocsin investigate <case> --format html --output report.html
      tocsin investigate <dataset> --id <case>
      tocsin investigate --from prometheus=http://127.0.0.1:9090 --window 45m
      tocsin investigate --from prometheus=http://HOST:9090 --from loki=http://HOST:3100 --from tempo=http://HOST:3200
      tocsin investigate --from kubernetes --namespace shop
      """)

  @Argument(help: ArgumentHelp("The folder of the recorded incident.", valueName: "case"))
  var folder: String?

  @Option(help: ArgumentHelp("Which incident, where the folder holds several.", valueName: "id"))
  var id: String?

  @Option(help: .adapter)
  var adapter: String?

  @Flag(help: "Withhold the time of the alert and the symptom.")
  var blind = false

  @Option(help: ArgumentHelp("Where the blackboard is kept: memory or sqlite:FILE.", valueName: "store"))
  var store = "memory"

  @Option(
    help: ArgumentHelp(
      "A review desk: runbooks are ranked by what was tried and rejected there, too.", valueName: "dir"))
  var desk: String?

  @OptionGroup var models: ModelOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (folder == nil) == live.sources.isEmpty else { return }
    throw ValidationError(
      folder == nil ? "Name the folder of a case, or a live source with --from." : "A case or --from, not both.")
  }

  func run() async throws {
    let console = global.console
    let location = try StoreLocation(store)
    switch try live.source() {
    case .kubernetes(let context): return try await investigateCluster(context, console)
    case .telemetry(let servers): return try await investigate(servers, console)
    case nil: break
    }
    guard let folder else { return }
    let engine = try engine()
    let telemetry = try RecordedCase(folder: folder, id: id, adapter: adapter, isBlind: blind).read()
    let storage = try await location.open()
    let isVerbose = global.logLevel == .debug
    let snapshot = try await engine.investigate(telemetry, storage: storage) { event in
      if isVerbose { console.note("\(event)") }
    }
    try output.write(snapshot, console: console)
  }
}

extension InvestigateCommand {
  private func watch(_ cluster: LiveCluster, _ console: Console) async throws {
    let version = try await cluster.client.version()
    console.note("\(cluster.name) (Kubernetes \(version)): watching, an interrupt ends it")
    let watch = LiveWatch(cluster) { console.note($0) }
    do {
      try await watch.run { try output.write($0, console: console) }
    } catch is CancellationError {
      // An interrupt is how watching ends.
    }
    if live.record != nil { try await Task { try await watch.record() }.value }
  }

  /// A new folder that nobody else may look into: objects can hold passwords.
  func privateFolder() throws -> String {
    var template = Array((FileManager.default.temporaryDirectory.path + "/tocsin-live-XXXXXX").utf8CString)
    guard let path = mkdtemp(&template) else { throw CommandFailure(.unavailable, "no temporary folder can be made") }
    return String(cString: path)
  }

  /// With the model that the flags name. A model may ask for any runbook; without one, those are read that may be for the
  /// findings.
  func engine() throws -> Engine {
    let project = try global.projectFolder()
    let advisor = try models.advisor(project)
    let experience = try desk.map { folder in
      guard FileManager.default.fileExists(atPath: folder) else {
        throw CommandFailure(.badInput, "there is no review desk \(folder)")
      }
      return try ReviewDesk.experience(folder: folder, at: DeskOptions.now)
    }
    return try Engine(project, readsAllRunbooks: advisor != nil, experience: experience, advisor: advisor)
  }

  func refuseCaseFlags() throws {
    guard id == nil, adapter == nil, !blind, store == "memory" else {
      throw CommandFailure(.usage, "--id, --adapter, --blind and --store are for recorded cases")
    }
  }

  private func investigateCluster(_ context: String?, _ console: Console) async throws {
    try refuseCaseFlags()
    let engine = try engine()
    if let folder = live.record { try refuseToOverwrite(folder, flag: "--record") }
    let recording = try live.record ?? privateFolder()
    defer { if live.record == nil { try? FileManager.default.removeItem(atPath: recording) } }
    do {
      let access = try ClusterAccess(live, context: context, environment: ProcessInfo.processInfo.environment)
      let seed = UInt64(getpid()) &+ UInt64(LiveCluster.now.seconds)
      let client = KubernetesClient(ClusterSession(access), timing: .real(seed: seed))
      let cluster = LiveCluster(
        client: client,
        scopes: ResourceScope.plan(namespace: live.namespace), name: access.context ?? access.server,
        namespace: live.namespace, folder: recording, investigator: engine.investigator,
        logs: live.noLogs ? nil : LiveLogs(client))
      if live.watch {
        try await watch(cluster, console)
      } else {
        let (mirror, blindSpots) = try await cluster.read(console)
        let snapshot = try await cluster.judge(mirror, blindSpots: blindSpots, at: LiveCluster.now)
        try output.write(snapshot, console: console)
      }
      if live.record != nil { console.note("recorded in \(recording)") }
    } catch let error as KubernetesAPIError {
      throw CommandFailure(error)
    } catch let error as KubeconfigError {
      throw CommandFailure(.badInput, "\(error)")
    }
  }
}
