import Agents
import ArgumentParser
import Dispatch
import Foundation
import IncidentModel
import IncidentServer
import Logging
import Runbooks
import Supervision

/// Where the server keeps what it knows; the commands beside it look there too.
struct DataFolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the store lies; without it what tocsin.yaml says, then XDG_STATE_HOME/tocsin or ~/.local/state/tocsin.",
      valueName: "dir"))
  var data: String?

  @OptionGroup var global: GlobalOptions

  func configuration() throws -> ServerConfiguration { try ServerConfiguration(try global.projectFolder()) }

  private func path(_ configuration: ServerConfiguration) -> String {
    let environment = ProcessInfo.processInfo.environment
    let state =
      environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (NSHomeDirectory() + "/.local/state")
    return data ?? configuration.dataFolder ?? state + "/tocsin"
  }

  /// The folder, made where it is missing; only its owner may look into it.
  func folder(_ configuration: ServerConfiguration) throws -> String {
    let folder = path(configuration)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure(
        .usage, "the data folder \(folder) cannot be made: \(error.localizedDescription)", hint: "name one with --data")
    }
    return folder
  }

  /// A store that holds something already: what is only looked at is not made by looking.
  func existingStore() async throws -> ServerStore {
    let folder = path(try configuration())
    guard FileManager.default.fileExists(atPath: "\(folder)/\(ServerStore.fileName)") else {
      throw CommandFailure(
        .badInput, "there is no server's store in \(folder)",
        hint: "name its folder with --data; tocsin serve and tocsin token create make one")
    }
    return try await store()
  }

  /// Made where it is missing, since the first token is made before the server first starts.
  func store() async throws -> ServerStore {
    do {
      return try await ServerStore(folder: try folder(try configuration()))
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.badInput, "\(error)")
    }
  }
}

extension ServerConfiguration {
  /// What the project's `tocsin.yaml` says.
  init(_ project: ProjectFolder) throws {
    let (configuration, problems) = ServerConfiguration.read(projectFolder: project.path)
    if let first = problems.first {
      throw CommandFailure(.badInput, "\(first)", hint: "tocsin check lists everything that is wrong")
    }
    self = configuration
  }
}

/// All that a server is made from, at its start and again at each reload.
private struct ServerPlan: Sendable {
  let project: ProjectFolder
  let listen: String?
  let sources: [String]
  /// The policy's file, where one was named.
  let guardrails: String?
  let advisor: (@Sendable (Incident) -> Advisor)?

  func policy() throws -> Guardrails { try DeskOptions.policy(guardrails, project) }

  func investigator() throws -> Investigator {
    try Engine(project, readsAllRunbooks: true, advisor: advisor).investigator
  }

  func configuration() throws -> ServerConfiguration {
    var configuration = try ServerConfiguration(project)
    if let listen {
      guard let address = ServerAddress(listen) else {
        throw CommandFailure(.usage, "--listen \(listen) is no address with a port", hint: "write it as 127.0.0.1:8787")
      }
      configuration.address = address
    }
    for source in sources {
      guard configuration.addSource(source) else {
        throw CommandFailure(
          .usage, "--from \(source) is not known",
          hint: "write it as prometheus=http://host:9090; there are also loki, elasticsearch, jaeger and tempo")
      }
    }
    return configuration
  }

  func reload(_ server: LiveServer, on signals: any DispatchSourceSignal, _ logger: Logger) {
    signals.setEventHandler {
      Task {
        do {
          try await server.reload(
            try configuration(), investigator: try investigator(), guardrails: try policy())
          logger.info("the configuration was read again")
        } catch {
          logger.error("the configuration was not changed", metadata: ["error": "\(error)"])
        }
      }
    }
  }
}

extension Timestamp {
  /// As this machine's clock has it.
  static var current: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Investigate live incidents: take alerts in, investigate by itself, show what is found.",
    discussion: """
      One process with one file; nothing else has to run. Without any configuration it listens on this machine alone.

      Point a Prometheus at it, beside or instead of an Alertmanager:
        alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:8787']}]}]}
      and let it ask that Prometheus for what it needs:
        tocsin serve --from prometheus=http://127.0.0.1:9090

      Other ways in: POST /hooks/alertmanager, /hooks/grafana, /v2/enqueue (PagerDuty), /hooks/changes,
      /hooks/cloudevents, /v1/logs, /v1/traces and /v1/metrics (OTLP in JSON). All of them, and what can be read, are
      described at /api/v1/openapi.json. What else can be set stands in docs/operations.md.

      SIGHUP reads tocsin.yaml and guardrails.yaml again, both or neither; SIGTERM ends it in order.
      """)

  @Option(help: ArgumentHelp("Where to listen; other machines need a token first.", valueName: "address:port"))
  var listen: String?

  @Option(
    name: .customLong("from"), parsing: .singleValue,
    help: ArgumentHelp(
      "A source to ask, besides those of tocsin.yaml: prometheus=URL, loki=URL, elasticsearch=URL, jaeger=URL, tempo=URL.",
      valueName: "source"))
  var sources: [String] = []

  @Option(help: ArgumentHelp("The policy; guardrails.yaml of the project when left out.", valueName: "file"))
  var guardrails: String?

  @OptionGroup var models: ModelOptions
  @OptionGroup var place: DataFolderOptions

  func run() async throws {
    let console = place.global.console
    let project = try place.global.projectFolder()
    let plan = ServerPlan(
      project: project, listen: listen, sources: sources, guardrails: guardrails, advisor: try models.advisor(project))
    let configuration = try plan.configuration()
    let folder = try place.folder(configuration)
    var logger = Logger(label: "tocsin") { _ in StructuredLog() }
    logger.logLevel = place.global.logLevel == .debug ? .debug : place.global.logLevel == .error ? .error : .info
    let server: LiveServer
    var surroundings = LiveServer.Surroundings(
      dataFolder: folder, runbooksFolder: project.runbooks, resultsFolder: project.datasets + "/results",
      version: tocsinVersion, now: { .current })
    surroundings.guardrails = try plan.policy()
    surroundings.environment = ProcessInfo.processInfo.environment
    surroundings.account = DeskOptions.account
    surroundings.scheduleFile = project.schedule
    do {
      server = try await LiveServer(
        configuration, investigator: try plan.investigator(),
        surroundings: surroundings, logger: logger)
    } catch let error as ServerFailure {
      throw CommandFailure(.usage, "\(error)")
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.badInput, "\(error)")
    }
    signal(SIGHUP, SIG_IGN)
    let hangups = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "hangup"))
    plan.reload(server, on: hangups, logger)
    hangups.activate()
    defer { hangups.cancel() }
    do {
      try await server.run { address in
        console.note("tocsin listens on http://\(address) and keeps its data in \(folder)")
      }
    } catch is CancellationError {
      // An interrupt is how it ends on a terminal.
    } catch {
      throw CommandFailure(
        .unavailable, "the server ended: \(error)", hint: "does something else listen on \(configuration.address)?")
    }
  }
}

/// One line of JSON for each message, on standard error.
struct StructuredLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var members = ["time": "\(Timestamp.current)", "level": event.level.rawValue, "message": "\(event.message)"]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) { members[key] = "\(value)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(members) else { return }
    line.append(10)
    FileHandle.standardError.write(line)
  }
}
