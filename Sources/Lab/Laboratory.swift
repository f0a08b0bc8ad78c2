import Foundation
import Shop

/// A running shop with everything around it, from its start to its end. For the main thread alone.
package final class Laboratory {
  package let layout: LabLayout
  /// Nil where nothing is limited.
  private let groups: ControlGroup?
  private let journal: Journal
  private let processes: ProcessTable
  private let seed: UInt64
  private var isEnded = false

  /// Takes the lab's place on the machine and clears what an earlier one left there.
  /// - Throws: `LabError` where rights or programs are missing.
  package init(_ layout: LabLayout, seed: UInt64) throws {
    guard layout.isolation == .loopback || getuid() == 0 else {
      throw LabError("network namespaces and control groups are for root; others run the lab with --loopback")
    }
    let missing = Tool.missing(layout.isolation)
    guard missing.isEmpty else {
      throw LabError("these packages are missing: \(missing.joined(separator: " ")); install them with apt-get install")
    }
    groups = layout.isolation == .namespaces ? try ControlGroup() : nil
    guard access(layout.shopProgram, X_OK) == 0 else {
      throw LabError("\(layout.shopProgram) is missing; build it with swift build -c release --product tocsin-shop")
    }
    self.layout = layout
    self.seed = seed
    journal = try Journal(layout)
    processes = ProcessTable(layout)
  }

  /// Starts every part and waits until requests go through all of them.
  package func start(_ progress: (String) -> Void) throws {
    try startCleaner()
    progress(groups == nil ? "making the folders" : "making the network, folders and limits")
    journal.willMake(folder: layout.folder)
    for component in layout.components {
      try FileManager.default.createDirectory(
        atPath: layout.folder(of: component.name), withIntermediateDirectories: true)
    }
    if let groups {
      try makeLimits(groups)
      try LabNetwork(layout: layout, journal: journal).make()
    }
    progress("starting PostgreSQL and Redis")
    try startStores()
    progress("starting the shop and its web server")
    try startShop()
    progress("starting Prometheus and the exporters, then the users")
    try startMonitoring()
  }

  private func makeLimits(_ groups: ControlGroup) throws {
    journal.willMake(group: layout.controlGroup)
    try groups.make(layout.controlGroup)
    for component in layout.components {
      try groups.make(
        "\(layout.controlGroup)/\(component.name)", cores: component.cores, memoryMegabytes: component.memoryMegabytes)
    }
  }

  private func startStores() throws {
    let postgres = PostgresPart(layout: layout, journal: journal)
    try postgres.prepare()
    try processes.start(postgres.plan())
    try processes.start(StorePart(layout: layout).plan())
    try waitFor("postgres", port: 5432)
    try waitFor("redis", port: 6379)
    try postgres.fill()
  }

  private func startShop() throws {
    let shop = ShopPart(layout: layout, seed: seed)
    let web = WebPart(layout: layout)
    try web.prepare()
    for component in layout.components {
      guard let role = component.shopRole, role != .load else { continue }
      try shop.prepare(component)
      try processes.start(shop.plan(component, role))
      try waitFor(component.name, port: 8080)
    }
    try processes.start(web.plan())
    try waitFor("nginx", port: WebPart.port)
  }

  private func startMonitoring() throws {
    let shop = ShopPart(layout: layout, seed: seed)
    try processes.start(shop.containers())
    let monitoring = MonitoringPart(layout: layout)
    try monitoring.prepare()
    for plan in monitoring.plans() { try processes.start(plan) }
    try waitFor("prometheus", port: 9090)
    if let load = LabComponent.named("load") {
      try shop.prepare(load)
      try processes.start(shop.plan(load, .load))
    }
  }

  /// A process that outlives this one and undoes the journal when this one is gone, however it went.
  private func startCleaner() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw LabError("no pipe is left") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = try ChildProcess.spawn(
      [layout.selfProgram, "down", "--number", "\(layout.number)", "--when-input-ends"], logFile: "/dev/null",
      input: ends[0], isOwnSession: true)
    close(ends[0])
    // The other end stays open as long as this process lives.
  }

  /// Looks after the processes for so long.
  /// - Throws: `CancellationError` when somebody asks the program to end.
  package func wait(_ seconds: Double) throws {
    let end = ProcessTable.seconds + seconds
    while true {
      try Interruption.check()
      try processes.lookAfter()
      let left = end - ProcessTable.seconds
      if left <= 0 { return }
      usleep(UInt32(min(left, 0.05) * 1e6))
    }
  }

  private func waitFor(_ component: String, port: Int) throws {
    for _ in 0..<200 {
      try wait(0.1)
      let address = layout.address(of: component)
      if let stream = try? SocketStream.connect(address: address, port: port, timeoutSeconds: 0.5) {
        stream.close()
        return
      }
    }
    let log = (try? String(contentsOfFile: layout.logFile(of: component), encoding: .utf8)) ?? ""
    throw LabError("\(component) does not answer on port \(port) after 20 s. It said: \(log.suffix(600))")
  }

  /// Ends every process and removes everything.
  package func end() {
    guard !isEnded else { return }
    isEnded = true
    processes.endAll()
    Journal.undo(layout)
    unlink(layout.journal)
    journal.close()
  }

  deinit { end() }
}

/// Ctrl-C and the request to end, noticed at the next safe moment.
package enum Interruption {
  nonisolated(unsafe) private static var isAsked: sig_atomic_t = 0

  package static func listen() {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number) { _ in Interruption.isAsked = 1 } }
    signal(SIGPIPE, SIG_IGN)
  }

  package static func check() throws {
    if isAsked != 0 { throw CancellationError() }
  }
}
