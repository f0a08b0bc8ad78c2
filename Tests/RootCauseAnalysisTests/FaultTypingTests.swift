import IncidentModel
import RootCauseAnalysis
import Testing

/// The kind of fault, from one component's evidence: with all telemetry, and with parts of it missing.
@Suite struct FaultTypingTests {
  private func kind(
    _ signals: Signal..., role: ComponentRole = .application, loadBeginsHere: Bool = false
  ) -> FaultKind {
    FaultTyping(own: signals, role: role, loadBeginsHere: loadBeginsHere).fault
  }

  private let slow = metric("api", "latency_p50_ms", .latency, from: 20, to: 60, unit: "ms")
  private let slowTail = metric("api", "latency_p95_ms", .latency, from: 60, to: 180, unit: "ms")
  private let failing = metric("api", "error_ratio", .errors, from: 0.001, to: 0.2, unit: "ratio")

  // MARK: Resources before symptoms

  @Test func resourcesDecideBeforeWhatCallersNotice() {
    #expect(kind(slow, slowTail, metric("api", "cpu_usage_cores", .cpu, from: 0.2, to: 0.9)) == .cpu)
    #expect(kind(slow, failing, metric("api", "disk_io_time_ratio", .disk, from: 0.02, to: 0.9)) == .disk)
    let memory = metric("api", "memory_bytes", .memory, from: 1e9, to: 1.9e9, unit: "bytes")
    #expect(kind(slow, failing, memory) == .memory)
    #expect(
      kind(slowTail, failing, metric("api", "tcp_retransmit_ratio", .network, from: 1e-4, to: 0.04)) == .networkLoss)
  }

  @Test func whoseCallsDoNotArriveLooksInTheWrongPlace() {
    var lost = metric("api", "peer_errors|client=api", .errors, from: 0.001, to: 0.9, unit: "ratio")
    #expect(kind(failing, lost) == .code)
    lost.peer = "store"
    #expect(kind(failing, lost) == .config)
  }

  @Test func aFewMegabytesAreNoShortage() {
    let waiting = metric("api", "memory_bytes", .memory, from: 3.3e6, to: 6e6, unit: "bytes", strength: 4)
    #expect(kind(slow, failing, waiting) != .memory)
    let backends = metric("api", "memory_bytes", .memory, from: 35e6, to: 44e6, unit: "bytes", strength: 4)
    #expect(kind(slow, failing, backends) != .memory)
    let small = metric("api", "memory_bytes", .memory, from: 12e6, to: 44e6, unit: "bytes", strength: 4)
    #expect(kind(slow, failing, small) == .memory)
    let share = metric("api", "memory_used_ratio", .memory, from: 0.3, to: 0.97, unit: "ratio", strength: 4)
    #expect(kind(slow, failing, share) == .memory)
  }

  @Test func aStoreThatThrowsThingsAwayIsShortOfMemory() {
    let evicted = metric("api", "evicted_keys_per_second", .memory, from: 0.01, to: 900, unit: "count/s")
    let received = metric("api", "network_receive_bytes", .network, from: 1e4, to: 4e7, unit: "bytes/s", strength: 9)
    #expect(kind(evicted, received, role: .cache) == .memory)
  }

  @Test func waitingRequestsAreNoKindOfTheirOwn() {
    let pool = metric("api", "pool_in_use_ratio", .saturation, from: 0.1, to: 0.9, strength: 6)
    let open = metric("api", "connections_open", .connections, from: 5, to: 45, strength: 6)
    let memory = metric("api", "memory_bytes", .memory, from: 1e9, to: 1.4e9, unit: "bytes", strength: 0.8)
    #expect(kind(slow, pool, open, memory) == .memory)
  }

  @Test func aBusyProcessNeedsSomeMemoryForItself() {
    let cpu = metric("api", "cpu", .cpu, from: 0.2, to: 0.9)
    #expect(kind(cpu, metric("api", "rss", .memory, from: 16e6, to: 85e6, unit: "bytes", strength: 4)) == .cpu)
    #expect(kind(cpu, metric("api", "rss", .memory, from: 100e6, to: 900e6, unit: "bytes", strength: 4)) == .memory)
  }

  // MARK: The shape of slowness

  @Test func theSameDelayForEveryRequestIsTheNetworks() {
    let median = metric("api", "latency_p50_ms", .latency, from: 20, to: 120, unit: "ms")
    let tail = metric("api", "latency_p95_ms", .latency, from: 60, to: 165, unit: "ms")
    #expect(kind(median, tail) == .networkDelay)
    // Failures that slowness brings with it change nothing.
    #expect(kind(median, tail, failing) == .networkDelay)
    var mostly = failing
    mostly.failingShare = 0.5
    #expect(kind(median, tail, mostly) == .code, "what fails half of the time is not merely far away")
  }

  @Test func aTailThatGrowsAloneIsLoss() {
    let median = metric("api", "latency_p50_ms", .latency, from: 20, to: 23, unit: "ms")
    let tail = metric("api", "latency_p95_ms", .latency, from: 60, to: 420, unit: "ms")
    #expect(kind(median, tail) == .networkLoss)
  }

  @Test func workThatTakesAMultipleIsTheServicesOwn() {
    #expect(kind(slow, slowTail, failing) == .code)
    #expect(kind(slow, slowTail, sign("api", .traceSelfTime, "get", strength: 40)) == .cpu)
  }

  @Test func aStoreThatOnlyItsCallersTimeIsJudgedByTheShape() {
    let median = metric("db", "latency_p50_ms", .latency, from: 4, to: 54, unit: "ms")
    let tail = metric("db", "latency_p95_ms", .latency, from: 12, to: 66, unit: "ms")
    let spans = sign("db", .traceSelfTime, "select", strength: 50)
    #expect(kind(median, tail, spans, role: .database) == .networkDelay)
  }

  @Test func tracesAloneTellWaitingBetweenFromWorkInside() {
    let gap = sign("api", .traceEdgeGap, "web → api", strength: 80)
    #expect(kind(gap) == .networkDelay)
    #expect(kind(gap, sign("api", .traceSelfTime, "get", strength: 200)) == .cpu)
  }

  // MARK: Load

  @Test func loadIsTheFaultOnlyWhereItBegins() {
    let load = metric("api", "requests_per_second", .throughput, from: 100, to: 150)
    let cpu = metric("api", "cpu_usage_cores", .cpu, from: 0.5, to: 0.75)
    #expect(kind(load, cpu, slow, loadBeginsHere: true) == .traffic)
    #expect(kind(load, failing) == .code)
  }

  @Test func locksOutrankTheLoadThatRetriesBring() {
    let load = metric("db", "requests_per_second", .throughput, from: 100, to: 150)
    let locks = metric("db", "locks_waiting", .saturation, from: 2, to: 26)
    #expect(kind(load, locks, failing, role: .database, loadBeginsHere: true) == .code)
    // Twice the load waits for a few locks more: that is the load.
    let few = metric("db", "locks_waiting", .saturation, from: 4, to: 6)
    #expect(kind(load, few, role: .database, loadBeginsHere: true) == .traffic)
  }

  // MARK: Changes and words

  @Test func aChangeOnRecordNamesItsKind() {
    #expect(kind(failing, sign("api", .change, "deploy", strength: 1)) == .code)
    #expect(kind(failing, sign("api", .change, "config", strength: 1)) == .config)
    #expect(kind(failing, sign("api", .change, "scale", strength: 1)) == .code)
  }

  @Test func aChangeWithoutAnySufferingNamesNothing() {
    #expect(kind(sign("api", .change, "config", strength: 1)) == .unknown)
  }

  @Test func whatTheComponentSaysOfItselfCountsWithoutMetrics() {
    func says(_ text: String) -> Signal { sign("api", .logPattern, text, strength: 10) }
    #expect(kind(failing, says("TLS handshake failed: certificate has expired")) == .certificate)
    #expect(kind(failing, says("write failed: no space left on device")) == .disk)
    #expect(kind(failing, says("java.lang.OutOfMemoryError: heap")) == .memory)
    #expect(kind(failing, says("connection * reset by peer")) == .networkLoss)
    #expect(kind(failing, says("process * still waiting for lock after * ms")) == .code)
    #expect(kind(failing, says("permission denied for update")) == .config)
    #expect(kind(failing, says("request * failed")) == .code)
  }

  @Test func aPoolThatFillsWithoutMoreToDoHasBeenMadeSmaller() {
    let pool = metric("api", "pool_in_use_ratio", .saturation, from: 0.18, to: 0.83)
    #expect(kind(pool) == .config)
    #expect(kind(pool, metric("api", "connections_open", .connections, from: 8, to: 30)) == .unknown)
  }

  // MARK: Little to go by

  @Test func anOutsideDependencyHasNoOtherKind() {
    #expect(kind(slow, slowTail, failing, role: .external) == .dependency)
    #expect(kind(sign("pay", .traceSelfTime, "charge", strength: 300), role: .external) == .dependency)
  }

  @Test func alertsAloneNameWhatTheyAreAbout() {
    #expect(kind(sign("api", .alert, "HighCPU", strength: 3, metricClass: .cpu)) == .cpu)
    #expect(kind(sign("api", .alert, "Slow", strength: 3, metricClass: .latency)) == .networkDelay)
    #expect(kind(sign("api", .alert, "Strange", strength: 3, metricClass: .other)) == .unknown)
    // An alert on a limit speaks where only failures are measured besides.
    #expect(kind(failing, sign("api", .alert, "HighMemory", strength: 3, metricClass: .memory)) == .memory)
  }

  @Test func requestsThatWaitInAStoreWithoutWorkWaitForEachOther() {
    let inside = sign("db", .traceSelfTime, "list", strength: 15, metricClass: .latency)
    let pool = metric("db", "pool_in_use_ratio", .saturation, from: 0.12, to: 0.62, strength: 4)
    let cpu = metric("db", "cpu_usage_cores", .cpu, from: 0.2, to: 0.9)
    #expect(kind(slow, inside, pool, role: .database) == .code)
    #expect(kind(slow, inside, pool, cpu, role: .database) == .cpu)
    #expect(kind(slow, inside, role: .database) == .cpu)
    #expect(kind(slow, inside, pool, role: .application) == .cpu)
  }

  @Test func aStoreAtWhichRequestsWaitForNoResourceIsHeldUpByItsWork() {
    let pool = metric("db", "connections_open", .connections, from: 5, to: 45)
    #expect(kind(pool, role: .database) == .code)
    #expect(kind(pool) == .unknown)
  }

  @Test func aProcessorThatIsHeldBackIsShort() {
    let held = metric("api", "rate(container_cpu_cfs_throttled_periods_total)", .saturation, from: 0.1, to: 8)
    let slow = metric("api", "latency_ms", .latency, from: 20, to: 200, channel: .latencyExcess)
    #expect(kind(held, slow) == .cpu)
    let load = metric("api", "requests", .throughput, from: 100, to: 200)
    #expect(kind(held, slow, load) != .cpu)
  }

  @Test func nothingIsUnknown() { #expect(kind() == .unknown) }
}
