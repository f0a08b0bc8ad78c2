import Foundation
import TestSupport
import Testing

@testable import Lab

/// The lab for real: needs Debian's packages, and for namespaces root and control groups of version 1.
@Suite(.serialized) struct LabEndToEndTests {
  /// Beside those of other people who test at the same time.
  private static let number = 50 + Int(getpid()) % 50
  /// Asked for by TOCSIN_TEST_LAB=1, since it takes the machine for a minute.
  private static func canRun(_ isolation: Isolation) -> Bool {
    ProcessInfo.processInfo.environment["TOCSIN_TEST_LAB"] == "1" && Tool.missing(isolation).isEmpty && isIdle
      && (isolation == .loopback || getuid() == 0 && (try? ControlGroup()) != nil)
  }
  /// On a machine that others keep busy, a shop that is slow says nothing.
  private static var isIdle: Bool {
    var load = [0.0]
    return getloadavg(&load, 1) == 1 && load[0] < 4 * Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }
  /// Where the test runner is, the programs are.
  private static var programs: String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return here.deletingLastPathComponent().appending(path: ".build/debug").path
  }

  private func launch(_ words: [String], output: Pipe? = nil) throws -> SpawnedProcess {
    let process = SpawnedProcess()
    process.executableURL = URL(fileURLWithPath: "\(Self.programs)/tocsin-lab")
    process.arguments = words + ["--number", "\(Self.number)"]
    if let output { process.standardOutput = output }
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Asks until the answer is right, for at most some seconds.
  private func eventually(_ seconds: Double, _ isRight: @escaping @Sendable () -> Bool) async throws -> Bool {
    try await onOwnThread {
      let end = Date(timeIntervalSinceNow: seconds)
      while Date() < end {
        if isRight() { return true }
        usleep(300_000)
      }
      return false
    }
  }

  /// Empty while Prometheus is not ready.
  private func rates(_ expression: String, _ url: String, label: String = "component") -> [String: Double] {
    let now = Int(Date().timeIntervalSince1970)
    let series = (try? SeriesReading(url: url).range(expression, startSeconds: now - 1, count: 1)) ?? []
    return Dictionary(series.map { ($0.labels[label] ?? "", $0.values[0]) }, uniquingKeysWith: max)
  }

  @Test(
    .enabled(
      if: canRun(.namespaces),
      "wants TOCSIN_TEST_LAB=1, root, control groups, the packages of make lab-deps and an idle machine"))
  func startsBreaksAndLeavesNothingBehind() async throws {
    let layout = try LabLayout(number: Self.number, programFolder: Self.programs)
    try await startBreakAndKill(layout)
    #expect(access("/sys/fs/cgroup/cpu/\(layout.controlGroup)", F_OK) != 0)
    #expect(try !Tool.run(["ip", "link", "show"]).contains(layout.bridge))
    #expect(try !Tool.run(["ip", "netns", "list"]).contains("\(layout.bridge)-"))
    #expect(try !Tool.run(["cat", "/proc/mounts"]).contains(layout.folder))
  }

  @Test(
    .enabled(
      if: canRun(.loopback), "wants TOCSIN_TEST_LAB=1, the packages of make lab-deps and an idle machine"))
  func runsOnLoopbackAddressesToo() async throws {
    let layout = try LabLayout(number: Self.number, programFolder: Self.programs, isolation: .loopback)
    try await startBreakAndKill(layout) {
      let refused = try launch(["inject", "cpu-hog"])
      try await onOwnThread { refused.waitUntilExit() }
      #expect(refused.terminationStatus != 0)
      // Read from the processes themselves.
      let used = try await eventually(20) {
        let seen = rates(
          "container_memory_working_set_bytes * on (name) (rate(container_cpu_seconds_total[5s]) > bool 0)",
          layout.prometheusURL, label: "name")
        return ["postgres", "nginx", "cart"].allSatisfy { seen[$0] ?? 0 > 0 }
      }
      #expect(used, "nobody uses processor and memory")
    }
    // Nothing but their own supervisor ends these.
    #expect(try await eventually(20) { Self.processes(in: layout.folder).isEmpty }, "a process is left")
  }

  /// Numbers of those that work in a folder or were told of it.
  private static func processes(in folder: String) -> [Int] {
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int($0) }.filter { process in
      let told = files.contents(atPath: "/proc/\(process)/cmdline").map { String(decoding: $0, as: UTF8.self) } ?? ""
      let place = (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) ?? ""
      return told.contains("\(folder)/") || place.hasPrefix("\(folder)/")
    }
  }

  /// - Parameter check: what else is to be seen while requests flow.
  private func startBreakAndKill(_ layout: LabLayout, _ check: () async throws -> Void = {}) async throws {
    let output = Pipe()
    let up = try launch(
      ["up", "--minutes", "2"] + (layout.isolation == .loopback ? ["--loopback"] : []), output: output)
    defer { if up.isRunning { kill(up.processIdentifier, SIGKILL) } }
    let said = try await onOwnThread { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }
    #expect(said == layout.prometheusURL + "\n")

    let services = ["gateway", "catalogue", "cart", "checkout", "payment", "inventory"]
    let flows = try await eventually(60) {
      let rates = rates("sum by (component) (rate(http_requests_total{code=\"200\"}[5s]))", layout.prometheusURL)
      return services.allSatisfy { rates[$0] ?? 0 > 0 }
    }
    #expect(flows, "no request goes through every service")
    for service in services {
      #expect(try await eventually(10) { access("\(layout.folder(of: service))/spans.jsonl", F_OK) == 0 })
    }

    try await check()
    let inject = try launch(["inject", "failing-release", "--target", "cart", "--seconds", "12"])
    let errors = "sum by (component) (rate(http_requests_total{code=\"500\",component=\"cart\"}[4s]))"
    #expect(
      try await eventually(30) { rates(errors, layout.prometheusURL)["cart"] ?? 0 > 1 }, "the fault does not show")
    try await onOwnThread { inject.waitUntilExit() }
    #expect(inject.terminationStatus == 0)
    #expect(try await eventually(30) { rates(errors, layout.prometheusURL)["cart"] ?? 0 == 0 }, "the fault stays")

    // Killed without a word, its cleaner still removes everything.
    kill(up.processIdentifier, SIGKILL)
    try await onOwnThread { up.waitUntilExit() }
    #expect(try await eventually(20) { access(layout.journal, F_OK) != 0 }, "the cleaner never ended")
    #expect(access(layout.folder, F_OK) != 0)
  }
}
