import Foundation
import IncidentModel
import TestSupport
import Testing
import TextReading

@testable import IncidentServer

@Suite(.timeLimit(.minutes(5))) struct DocumentTests {
  /// The document that is served names every route with every parameter, and nothing else.
  @Test func theDocumentNamesEveryRoute() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    let document = try await harness.send(.get, "/api/v1/openapi.json").json
    #expect(document["openapi"] == "3.1.0")
    let paths = try #require(document["paths"]?.object)
    var named: Set<String> = []
    for (path, item) in paths {
      for (method, operation) in item.object ?? [:] {
        named.insert("\(method.uppercased()) \(path)")
        let inPath = Set(path.matches(of: /\{(\w+)\}/).map { String($0.1) })
        let declared = (operation["parameters"]?.array ?? []).filter { $0["in"] == "path" }.compactMap {
          $0["name"]?.string
        }
        #expect(Set(declared) == inPath, "\(path)")
      }
    }
    #expect(named == Set(harness.server.endpoints.map { "\($0.method.rawValue) \($0.path)" }))
    await harness.stop()
  }

  private static let isPromtoolThere = ["/usr/bin", "/usr/local/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/promtool")
  }

  @Test(.enabled(if: isPromtoolThere, "promtool is not installed (Debian's prometheus)"))
  func promtoolAcceptsTheMetrics() async throws {
    let harness = try await ServerHarness(isWorking: false)
    defer { harness.remove() }
    _ = try await harness.send(.get, "/api/v1/incidents")
    let text = try await harness.send(.get, "/metrics").text
    #expect(text.contains("tocsin_http_requests_total{method=\"GET\",path=\"/api/v1/incidents\",code=\"200\"} 1"))
    await harness.stop()
    let (status, output) = try await onOwnThread {
      let process = SpawnedProcess()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["promtool", "check", "metrics"]
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = output
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try input.fileHandleForWriting.close()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
    #expect(status == 0, "\(output)")
    #expect(output.isEmpty, "\(output)")
  }

  @Test func theConfigurationIsStrict() throws {
    let folder = NSTemporaryDirectory() + "tocsin-configuration-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func read(_ yaml: String) throws -> (ServerConfiguration, [String]) {
      try Data(yaml.utf8).write(to: URL(filePath: folder + "/tocsin.yaml"))
      let (configuration, problems) = ServerConfiguration.read(projectFolder: folder)
      return (configuration, problems.map(\.description))
    }
    let (configuration, problems) = try read(
      """
      server:
        listen: 0.0.0.0:9000
        dataFolder: data
        sources:
          - {name: prom, kind: prometheus, url: "http://p:9090", deadlineSeconds: 5}
        correlation: {scope: [region], nearSeconds: 60}
        retention: {days: 7}
      """)
    #expect(problems.isEmpty)
    #expect(configuration.address == ServerAddress(host: "0.0.0.0", port: 9000))
    #expect(configuration.dataFolder == folder + "/data")
    #expect(configuration.sources.first?.deadlineSeconds == 5)
    #expect(configuration.correlation.scopeLabels == ["region"])
    for bad in [
      "server: {lisen: x}", "server: {listen: nowhere}",
      "server: {sources: [{name: a, kind: oracle, url: 'http://x'}]}",
      "server: {sources: [{name: a, kind: prometheus, url: 'ftp://x'}]}", "server: {retention: {days: 0}}",
      "server: {policy: missing.yml}", "server: 5",
    ] {
      #expect(try read(bad).1.count == 1, "\(bad)")
    }
  }
}
