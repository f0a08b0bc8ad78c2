import Foundation
import TestSupport
import Testing

@testable import RunbookExecution
@testable import Runbooks

/// Real commands within their bounds.
@Suite struct CommandRunTests {
  private func run(
    _ vector: [String], _ bounds: Runbook.Bounds = Runbook.Bounds(), environment: [String: String] = [:],
    secrets: [String] = []
  ) async -> StepResult {
    let variables = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    return await CommandRun(vector: vector, bounds: bounds, environment: variables, secrets: secrets).perform()
  }

  @Test(arguments: [
    "; touch /tmp/x", "$(touch /tmp/x)", "`id`", "a\nb", "--help", "-rf", "*", "~", "| cat", "> /tmp/x", "' \" \\",
    "%s",
  ])
  func anArgumentIsOneArgumentWhateverItHolds(text: String) async {
    #expect(await run(["printf", "%s", text]).output == text)
  }

  @Test func theEnvironmentHoldsWhatIsNamedAlone() async {
    let names = await run(["env"], environment: ["NAMED": "1"]).output.split(separator: "\n")
      .compactMap { $0.split(separator: "=").first }.sorted()
    #expect(names == ["NAMED", "PATH"])
  }

  @Test func secretsAreMasked() async {
    let result = await run(
      ["printf", "%s", "password=hunter2-hunter2 end"], environment: ["PASSWORD": "hunter2-hunter2"],
      secrets: ["hunter2-hunter2"])
    #expect(result.output == "password=••• end")
  }

  /// The end of an output is kept, and its beginning may be the second half of a secret.
  @Test func noHalfOfASecretStaysWhereAnOutputWasCut() async {
    let secret = (0..<1500).map { "k\($0)" }.joined()
    let script = "for n in 1 2 3 4 5 6 7; do printf '%s\\n' \"$KEY\"; done"
    let result = await run(["sh", "-c", script], environment: ["KEY": secret], secrets: [secret])
    #expect(result.status == .succeeded)
    #expect(
      !result.output.isEmpty && result.output.allSatisfy { $0 == "•" || $0 == "\n" }, "\(result.output.prefix(99))")
  }

  @Test func aGigabyteOfOutputIsNotRead() async {
    let result = await run(["head", "-c", "1000000000", "/dev/zero"])
    #expect(result.status == .tooMuchOutput)
    #expect(result.output.utf8.count <= CommandRun.keptBytes)
  }

  @Test func whatForksAndIgnoresTermEndsWithItsChildren() async throws {
    let fixture = try DeskFixture()
    let pids = fixture.path("pids")
    let script = try fixture.script(
      "stubborn",
      """
      trap '' TERM
      sh -c 'trap "" TERM; echo $$ >> \(pids); while :; do sleep 1; done' &
      echo $$ >> \(pids)
      while :; do sleep 1; done
      """)
    var bounds = Runbook.Bounds()
    bounds.withinSeconds = 1
    let result = await run([script], bounds)
    #expect(result.status == .timedOut)
    let left = fixture.lines("pids").compactMap { Int32($0) }
    #expect(left.count == 2)
    for pid in left { #expect(Self.isGone(pid), "\(pid) is still there") }
  }

  /// Gone, or dead and not yet buried by whoever inherited it.
  private static func isGone(_ pid: Int32) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
    return stat.split(separator: ")").last?.trimmingCharacters(in: .whitespaces).hasPrefix("Z") ?? true
  }

  @Test func limitsHold() async {
    var bounds = Runbook.Bounds()
    bounds.openFiles = 16
    bounds.cpuSeconds = 7
    #expect(await run(["sh", "-c", "ulimit -n; ulimit -t"], bounds).output == "16\n7\n")
    bounds = Runbook.Bounds()
    bounds.folder = "/usr"
    #expect(await run(["pwd"], bounds).output == "/usr\n")
  }

  @Test(.enabled(if: getuid() == 0, "only root can become another account"))
  func theAccountIsTheOneThatIsNamed() async {
    var bounds = Runbook.Bounds()
    bounds.user = "nobody"
    #expect(await run(["id", "-un"], bounds).output == "nobody\n")
    let groups = await run(["sh", "-c", "id -g; id -G"], bounds).output.split(separator: "\n")
    #expect(groups.count == 2 && groups[0] == groups[1], "\(groups)")
    #expect(await run(["no-such-program-here"], bounds).status == .notStarted)
    bounds.openFiles = 16
    #expect(await run(["sh", "-c", "id -un; ulimit -n"], bounds).output == "nobody\n16\n")
    bounds.user = "no-such-account"
    #expect(await run(["id"], bounds).status == .notStarted)
  }

  @Test func whatCannotBeStartedSaysSo() async {
    #expect(await run(["no-such-program-here"]).status == .notStarted)
    var bounds = Runbook.Bounds()
    bounds.openFiles = 16
    #expect(await run(["no-such-program-here"], bounds).status == .notStarted)
    #expect(await run(["false"]).detail == "exit status 1")
  }
}
