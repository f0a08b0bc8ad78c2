import ArgumentParser
import Foundation
import IncidentModel
import PrometheusAPI
import RunbookExecution
import Runbooks

/// Where the review desk is, who sits at it, and whom the queries of runbooks are put to.
struct DeskOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The desk's folder; .tocsin/ of the project when left out.", valueName: "dir"))
  var store: String?

  @Option(help: ArgumentHelp("The policy; guardrails.yaml of the project when left out.", valueName: "file"))
  var guardrails: String?

  @Option(help: ArgumentHelp("The Prometheus that the queries of runbooks are put to.", valueName: "url"))
  var prometheus: String?

  @Option(help: ArgumentHelp("A file with the bearer token that the Prometheus wants.", valueName: "file"))
  var tokenFile: String?

  @Option(
    name: .customLong("as"), help: ArgumentHelp("Your name; that of the account when left out.", valueName: "name"))
  var givenName: String?

  /// The account of the system, which no flag changes.
  static var account: String { getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid:\(getuid())" }

  var person: String { givenName ?? Self.account }

  /// - Parameter given: the file that was named; nil for the project's own.
  static func policy(_ given: String?, _ project: ProjectFolder) throws -> Guardrails {
    let file = given ?? project.path + "/guardrails.yaml"
    guard given != nil || FileManager.default.fileExists(atPath: file) else { return Guardrails() }
    do {
      return try Guardrails(file: file)
    } catch {
      throw CommandFailure(.badInput, "\(error)", hint: "docs/review.md explains the policy")
    }
  }

  func policy(_ global: GlobalOptions) throws -> Guardrails { try Self.policy(guardrails, global.projectFolder()) }

  func desk(_ global: GlobalOptions) throws -> ReviewDesk {
    let project = try global.projectFolder()
    var around = ReviewDesk.Surroundings(now: { Self.now }, environment: ProcessInfo.processInfo.environment)
    around.queries = try queries()
    let folder = project.runbooks
    let (console, isVerbose) = (global.console, global.logLevel == .debug)
    do {
      return try ReviewDesk(
        folder: store ?? project.path + "/.tocsin", guardrails: Self.policy(guardrails, project), around: around,
        runbook: { name in try RunbookLibrary.runbook(name, in: folder) },
        observe: { entry in if isVerbose { console.note("\(entry.sequence) \(entry.event)") } })
    } catch let error as DeskError {
      throw CommandFailure(error)
    }
  }

  func queries() throws -> QuerySource? {
    guard let prometheus else { return nil }
    guard prometheus.hasPrefix("http://") || prometheus.hasPrefix("https://") else {
      throw CommandFailure(.usage, "--prometheus \(prometheus) is no address", hint: "as in http://127.0.0.1:9090")
    }
    let token = try tokenFile.map { file in
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw CommandFailure(.usage, "--token-file \(file) cannot be read")
      }
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return QuerySource(PrometheusClient(prometheus, bearerToken: token))
  }

  static var now: Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) ?? Timestamp(nanoseconds: 0) }
}

extension CommandFailure {
  init(_ error: DeskError) {
    let status: Status =
      switch error.kind {
      case .unknown, .notNow, .refused, .expired, .busy: .usage
      case .unavailable: .unavailable
      case .store: .badInput
      }
    self.init(status, error.description)
  }

  /// What the desk throws, as the command line says it.
  static func translating<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch let error as DeskError {
      throw CommandFailure(error)
    } catch let error as RunbookError {
      throw CommandFailure(.badInput, "\(error)", hint: "tocsin runbook check lists everything that is wrong")
    } catch let error as BoundRunbook.Refusal {
      throw CommandFailure(.usage, "\(error)")
    } catch let error as RemediationRecord.Misfit {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}

/// `name=value` pairs of a command line.
enum InputPairs {
  static func read(_ pairs: [String]) throws -> [String: String] {
    var values: [String: String] = [:]
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw CommandFailure(.usage, "--set \(pair) is not name=value")
      }
      guard values.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw CommandFailure(.usage, "--set gives \(parts[0]) twice")
      }
    }
    return values
  }
}
