import IncidentModel
import TextReading

/// The vocabulary of `MetricMeaning`: words of OpenTelemetry's and Prometheus' conventions and of common exporters.
package enum MetricWords {
  /// In order of precedence: a name such as `disk_read_errors` is about errors, `queue_memory_bytes` about a queue.
  static let classes: [(metricClass: MetricClass, words: Set<String>)] = [
    (.certificate, ["certificate", "certificates", "cert", "certs", "x509", "expiry", "expiration"]),
    (
      .errors,
      [
        "error", "errors", "err", "errs", "failure", "failures", "failed", "fail", "exception", "exceptions", "fault",
        "faults", "5xx", "4xx", "500", "503", "rejected", "rejections", "timeouts", "timeout", "aborted", "dropped",
        "drops", "drop", "loss", "lost", "retransmits", "retransmit", "retransmission", "retransmissions", "retries",
        "restarts", "unavailable",
      ]
    ),
    (
      .saturation,
      [
        "queue", "queued", "backlog", "pending", "waiting", "saturation", "throttled", "throttling", "pressure",
        "psi", "lag", "inflight", "semaphore", "deadlock", "deadlocks", "lock", "locks", "pool", "threads", "thread",
        "goroutines", "fds", "fd", "loadavg",
      ]
    ),
    (.availability, ["availability", "available", "success", "successful", "healthy", "ready", "apdex"]),
    (.cpu, ["cpu", "cpus", "core", "cores", "processor", "vcpu", "cputime", "iowait", "steal"]),
    (
      .memory,
      [
        "memory", "mem", "rss", "heap", "swap", "vms", "oldgen", "gc", "garbage", "jvm", "oom", "oomkilled", "evicted",
        "evictions",
      ]
    ),
    (
      .disk,
      [
        "disk", "diskio", "fs", "filesystem", "inode", "inodes", "iops", "volume", "storage", "blkio", "io", "writes",
        "reads",
      ]
    ),
    (
      .latency,
      [
        "latency", "latencies", "lat", "duration", "durations", "delay", "rtt", "elapsed", "took", "ttfb", "mrt",
        "percentile",
        "roundtrip", "p50", "p90", "p95", "p99", "quantile",
      ]
    ),
    (
      .connections,
      ["connection", "connections", "conn", "conns", "socket", "sockets", "sessions", "session", "conntrack"]
    ),
    (
      .network,
      [
        "network", "net", "receive", "received", "transmit", "transmitted", "rx", "tx", "packets", "packet",
        "bandwidth",
        "tcp", "udp", "ingress", "egress",
      ]
    ),
    (
      .throughput,
      [
        "throughput", "requests", "request", "req", "reqs", "rps", "qps", "tps", "ops", "workload", "calls", "hits",
        "transactions", "messages", "queries", "responses", "count", "load", "traffic", "invocations", "operations",
        "orders",
        "handled",
      ]
    ),
    (.saturation, ["utilization", "utilisation", "usage", "saturated"]),
  ]

  /// Errors that are the network's when the name says so.
  static let losses: Set<String> = [
    "dropped", "drops", "drop", "loss", "lost", "retransmits", "retransmit", "retransmission", "retransmissions",
  ]

  /// Words of what is left of a resource.
  static let remainders: Set<String> = ["avail", "available", "free", "idle", "remaining", "unused"]

  /// With `time`, a moment and no duration.
  static let occasions: Set<String> = ["start", "boot", "last", "created", "creation", "completion", "next"]

  static let resources: Set<MetricClass> = [.cpu, .memory, .disk, .connections, .network]

  static let units: [String: String] = [
    "seconds": "s", "second": "s", "secs": "s", "sec": "s", "s": "s", "milliseconds": "ms", "millis": "ms", "ms": "ms",
    "msec": "ms", "microseconds": "us", "micros": "us", "us": "us", "usec": "us", "nanoseconds": "ns", "nanos": "ns",
    "ns": "ns",
    "bytes": "bytes", "byte": "bytes", "kb": "KB", "kib": "KB", "ki": "KB", "mb": "MB", "mib": "MB", "mi": "MB",
    "gb": "GB", "gib": "GB", "gi": "GB", "percent": "%", "percentage": "%", "pct": "%", "perc": "%", "ratio": "ratio",
    "fraction": "ratio", "cores": "cores", "millicores": "millicores",
  ]

  /// Of what a component asks of others or does for itself, and not of what it is asked.
  package static let ofOtherWork: Set<String> = [
    "client", "sdk", "outgoing", "upstream", "egress", "db", "cache", "lookup", "jvm", "gc", "thread", "threads",
    "pool", "restarts", "retries", "scheduled", "unschedulable", "reconcile", "compaction",
  ]

  static let means: Set<String> = ["avg", "average", "mean"]

  /// Lower-case words: split at anything but letters and digits, where lower case turns into upper, and where a word of
  /// three letters or more runs into digits (`latencyP95` → latency p95, `mem_used-bytes`, `http5xx` → http 5xx).
  /// What follows a `|` are labels and does not count.
  package static func split(_ metric: String) -> [String] {
    var words: [[UInt8]] = [[]]
    var previous: UInt8 = 0
    for byte in metric.utf8 {
      if byte == UInt8(ascii: "|") { break }
      let isUpper = (65...90).contains(byte)
      let isLetter = isUpper || (97...122).contains(byte) || byte >= 0x80
      if isLetter || isDigit(byte) {
        let endsWord = isUpper && (97...122).contains(previous)
        let endsLongWord = isDigit(byte) && !isDigit(previous) && words[words.count - 1].count >= 3
        if endsWord || endsLongWord { words.append([]) }
        words[words.count - 1].append(isUpper ? byte + 32 : byte)
      } else {
        words.append([])
      }
      previous = byte
    }
    return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }
}
