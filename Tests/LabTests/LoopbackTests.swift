import Foundation
import Testing

@testable import Lab
@testable import Shop

/// What differs where nobody is root.
@Suite struct LoopbackTests {
  private let loopback: LabLayout
  private let namespaces: LabLayout

  init() throws {
    loopback = try LabLayout(number: 60, programFolder: "/programs", isolation: .loopback)
    namespaces = try LabLayout(number: 60, programFolder: "/programs")
  }

  @Test func everyComponentHasItsOwnAddress() {
    #expect(loopback.prometheusURL == "http://127.203.60.40:9090")
    #expect(namespaces.prometheusURL == "http://10.203.60.40:9090")
    let addresses = loopback.components.map { loopback.listenAddress(of: $0.name) }
    #expect(Set(addresses).count == addresses.count && addresses.allSatisfy { $0.hasPrefix("127.203.60.") })
    #expect(namespaces.listenAddress(of: "cart") == "0.0.0.0")
  }

  @Test func nobodyAsksANameServer() throws {
    #expect(!loopback.components.contains { $0.name == "dns" } && namespaces.components.contains { $0.name == "dns" })
    let map = CaseCut(layout: loopback)
    #expect(!map.components.contains { $0.id == "dns" } && !map.calls.contains { $0.to == "dns" })
    let checkout = try #require(LabComponent.named("checkout"))
    let given = ShopPart(layout: loopback, seed: 1).configuration(of: checkout).settings
    #expect(given.listen == "127.203.60.14" && given.addresses["payment"] == "127.203.60.15")
    #expect(ShopPart(layout: namespaces, seed: 1).configuration(of: checkout).settings.addresses.isEmpty)

    let names = NameResolver(given: given.addresses)
    #expect(try names.address(of: "payment", rememberingSeconds: 0) == "127.203.60.15")
    #expect {
      try names.address(of: "payments", rememberingSeconds: 0)
    } throws: {
      ($0 as? ShopFailure)?.message.contains("payments cannot be resolved") == true
    }
  }

  @Test func plansOpenNoPortOfRootAndNoneOnAllAddresses() throws {
    let load = try #require(LabComponent.named("load"))
    #expect(
      ShopPart(layout: loopback, seed: 1).configuration(of: load).settings.addresses == ["nginx": "127.203.60.10:8443"])
    let store = StorePart(layout: loopback).plan().command
    let monitoring = MonitoringPart(layout: loopback).plans().flatMap(\.command)
    #expect(store.contains("127.203.60.21") && monitoring.contains("--web.listen-address=127.203.60.40:9090"))
    #expect(!(store + monitoring).contains { $0.contains("0.0.0.0") || $0.contains("127.0.0.1") })
    #expect(StorePart(layout: namespaces).plan().command.contains("0.0.0.0"))
  }

  @Test func faultsThatNeedRootAreRefusedWithTheirReason() throws {
    let hog = try Fault.named("cpu-hog")
    #expect(hog.refusal(in: .namespaces) == nil)
    #expect(hog.refusal(in: .loopback) == "cpu-hog needs control groups: run the lab as root")
    #expect(throws: LabError.self) { try Fault.chosen(["failing-release", "partition"], in: .loopback) }
    #expect(try Fault.chosen(["failing-release"], in: .loopback).map(\.name) == ["failing-release"])
    #expect(try Fault.chosen(nil, in: .namespaces).count == Fault.all.count)
    let left = try Fault.chosen(nil, in: .loopback)
    #expect(left.contains { $0.name == "dropped-index" } && left.allSatisfy { $0.needs == nil })
    // What filters packets or limits somebody is refused, whoever wrote it.
    for name in ["network-delay", "network-loss", "slow-disk", "memory-leak", "disk-full", "dns-failure"] {
      #expect(!left.contains { $0.name == name }, "\(name)")
    }
  }

  /// A process with a child, as the kernel tells of them; the name is chosen to mislead.
  @Test func useIsReadFromProcesses() throws {
    let root = NSTemporaryDirectory() + "process-files-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    func write(_ file: String, _ text: String) throws {
      let path = URL(fileURLWithPath: "\(root)/\(file)")
      try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: path)
    }
    let ticks = Int(sysconf(Int32(_SC_CLK_TCK)))
    func stat(_ own: Int, _ ended: Int) -> String {
      "7 (a) 9 9 9) S 1 7 7 0 -1 4 1 2 3 4 \(own * ticks) \(ticks) \(ended * ticks) 0 20 0 1 0 5 6 7\n"
    }
    try write("7/stat", stat(3, 40))
    try write("7/status", "Name:\ta\nVmRSS:\t 900 kB\nRssAnon:\t     100 kB\n")
    try write("7/task/7/children", "8 9 ")
    try write("8/stat", stat(1, 500))
    try write("8/status", "RssAnon:\t20 kB\n")
    // The ninth has just ended.
    let files = ProcessFiles(root: root)
    #expect(files.usage(of: 7) == .init(processorSeconds: 46, memoryBytes: 120 * 1024))
    #expect(files.usage(of: 9) == nil)
    try write("9/stat", "9 (cut off")
    #expect(files.usage(of: 9) == nil)
  }
}
