import Foundation
import HTTPTransport
import IncidentModel
import Runbooks

/// Carries out one step, and says what came of it; it writes nothing down and decides nothing.
struct StepPerformer: Sendable {
  var guardrails: Guardrails
  /// Of this program: only what a step names is handed on.
  var environment: [String: String]
  var http: HTTPClient
  var queries: QuerySource?
  var pace: Pace
  var pollSeconds: Double

  func perform(_ action: Runbook.Action, _ bounds: Runbook.Bounds, as mark: StepMark) async -> StepResult {
    do {
      switch action {
      case .run(let vector): return try await command(vector, bounds, mark)
      case .http(let request): return try await send(request, bounds, mark)
      case .waitUntil(let query, let seconds): return await wait(query, seconds)
      case .manual: return StepResult(.notStarted, "a step for people")
      }
    } catch let error as DeskError {
      return StepResult(.notStarted, error.description)
    } catch {
      return StepResult(.failed, "\(error)")
    }
  }

  private var secrets: SecretStore { SecretStore(references: guardrails.secrets, environment: environment) }

  private func command(
    _ vector: [String], _ bounds: Runbook.Bounds, _ mark: StepMark
  ) async throws -> StepResult {
    var variables = ["PATH": guardrails.searchPath.joined(separator: ":"), "LC_ALL": "C.UTF-8"]
    for name in guardrails.environment + bounds.environment { variables[name] = environment[name] }
    variables[StepMark.variable] = mark.text
    var values: [String] = []
    for secret in bounds.secrets {
      let value = try secrets.value(secret.secret)
      variables[secret.variable] = value
      values.append(value)
    }
    return await CommandRun(vector: vector, bounds: bounds, environment: variables, secrets: values).perform()
  }

  private func send(
    _ wanted: Runbook.Request, _ bounds: Runbook.Bounds, _ mark: StepMark
  ) async throws -> StepResult {
    guard let method = HTTPRequest.Method(rawValue: wanted.method) else {
      return StepResult(.notStarted, "\(wanted.method) is no method")
    }
    var request = HTTPRequest(wanted.url, method: method)
    request.deadlineSeconds = Double(bounds.withinSeconds)
    request.maximumResponseBytes = bounds.outputKilobytes << 10
    if let body = wanted.body {
      request.body = Array(body.utf8)
      let isObject = body.hasPrefix("{") || body.hasPrefix("[")
      request.headers.append(HTTPRequest.Header("Content-Type", isObject ? "application/json" : "text/plain"))
    }
    request.headers.append(HTTPRequest.Header("Idempotency-Key", mark.text))
    let token = try wanted.bearer.map(secrets.value)
    request.bearerToken = token
    do {
      let response = try await http.send(request)
      let body = SecretStore.masked(String(decoding: response.body, as: UTF8.self), token.map { [$0] } ?? [])
      let output = String(decoding: Array(body.utf8).suffix(CommandRun.keptBytes), as: UTF8.self)
      let isGood = (200..<300).contains(response.status)
      return StepResult(isGood ? .succeeded : .failed, "status \(response.status)", output: output)
    } catch let error as HTTPError {
      switch error.kind {
      case .deadline: return StepResult(.timedOut, error.description)
      case .tooLarge: return StepResult(.tooMuchOutput, error.description)
      default: return StepResult(.failed, error.description)
      }
    } catch is CancellationError {
      return StepResult(.cancelled, "ended on request")
    }
  }

  // MARK: Queries

  private func wait(_ query: String, _ seconds: Int) async -> StepResult {
    switch await poll(seconds: Double(seconds), { try await ask(query) ? true : nil }) {
    case .answered(_, let after): return StepResult(.succeeded, "holds after \(Int(after.rounded())) s")
    case .never: return StepResult(.timedOut, "did not hold within \(seconds) s")
    case .silent(let why): return StepResult(.failed, "nobody answers the query: \(why)")
    case .cancelled: return StepResult(.cancelled, "ended on request")
    }
  }

  /// Asks until it helped, became worse, or time is up.
  /// - Returns: Nil where it was broken off.
  func verify(_ check: Runbook.Check) async -> Verification? {
    let seconds = Double(check.withinSeconds ?? 0)
    let answer = await poll(seconds: seconds) { () async throws -> Verification.Outcome? in
      if let worse = check.worse, try await ask(worse) { return .worse }
      return try await ask(check.query) ? .helped : nil
    }
    switch answer {
    case .answered(.worse, _): return Verification(.worse, "It has become worse: \(check.worse ?? "")")
    case .answered(_, let after): return Verification(.helped, check.says, seconds: after)
    case .never: return Verification(.noChange, "Not so within \(Int(seconds)) s: \(check.says)")
    case .silent(let why): return Verification(.unknown, "Whether it helped is not known, since nobody answers: \(why)")
    case .cancelled: return nil
    }
  }

  /// - Throws: where there is no answer.
  func ask(_ query: String) async throws -> Bool {
    guard let queries else { throw DeskError(.unavailable, "no source of measurements is named") }
    return try await queries.holds(query)
  }

  private enum Poll<Answer: Sendable>: Sendable {
    case answered(Answer, afterSeconds: Double)
    case never
    /// No answer at the end, and why.
    case silent(String)
    case cancelled
  }

  private func poll<Answer: Sendable>(
    seconds: Double, _ ask: () async throws -> Answer?
  ) async -> Poll<Answer> {
    let start = pace.seconds()
    var failure: String?
    while true {
      do {
        if let answer = try await ask() { return .answered(answer, afterSeconds: (pace.seconds() - start)) }
        failure = nil
      } catch is CancellationError {
        return .cancelled
      } catch {
        failure = "\(error)"
      }
      guard (pace.seconds() - start) < seconds else { return failure.map { .silent($0) } ?? .never }
      do {
        try await pace.pause(min(pollSeconds, max(0.01, seconds - (pace.seconds() - start))))
      } catch {
        return .cancelled
      }
    }
  }
}

/// How time passes while something is waited for: by a clock that nobody moves.
package struct Pace: Sendable {
  /// Since some moment.
  package var seconds: @Sendable () -> Double
  package var pause: @Sendable (Double) async throws -> Void

  package static let real = Pace(ContinuousClock())

  package init<Time: Clock>(_ clock: Time) where Time.Duration == Duration {
    let start = clock.now
    seconds = { start.duration(to: clock.now) / .seconds(1) }
    pause = { try await clock.sleep(for: .seconds($0)) }
  }
}
