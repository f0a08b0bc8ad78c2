import Foundation

/// Counters, gauges and histograms, shown as Prometheus reads them.
final class MetricRegistry: @unchecked Sendable {
  /// Upper bounds of the duration buckets, in seconds.
  static let bounds = [
    0.001, 0.002, 0.004, 0.007, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6,
  ]

  private struct Histogram {
    var counts = [Int](repeating: 0, count: MetricRegistry.bounds.count + 1)
    var sum = 0.0
  }

  private let lock = NSLock()
  /// Guarded by `lock`; keys are `name{labels}`, or `name` and labels apart for histograms.
  private var values: [String: Double] = [:]
  private var histograms: [String: [String: Histogram]] = [:]
  private var gauges: [String: @Sendable () -> Double] = [:]

  /// - Parameter labels: as they are written, `code="500"`.
  func count(_ name: String, _ labels: String = "", by amount: Double = 1) {
    lock.withLock { values[labels.isEmpty ? name : "\(name){\(labels)}", default: 0] += amount }
  }

  /// Asked whenever somebody looks.
  func gauge(_ name: String, _ value: @escaping @Sendable () -> Double) { lock.withLock { gauges[name] = value } }

  func observe(_ name: String, _ labels: String = "", seconds: Double) {
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    lock.withLock {
      histograms[name, default: [:]][labels, default: Histogram()].counts[bucket] += 1
      histograms[name, default: [:]][labels, default: Histogram()].sum += seconds
    }
  }

  /// A call over HTTP, as OpenTelemetry's conventions name it.
  ///
  /// - Parameter outcome: `http_response_status_code` or, where there was no answer, `error_type`, as it is written.
  func observeCall(of server: String, _ outcome: String, seconds: Double) {
    observe("http_client_request_duration_seconds", "server_address=\"\(server)\",\(outcome)", seconds: seconds)
  }

  func text() -> String {
    let (values, histograms, gauges) = lock.withLock { (self.values, self.histograms, self.gauges) }
    var lines = values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    lines += gauges.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value())" }
    for (name, series) in histograms.sorted(by: { $0.key < $1.key }) {
      for (labels, histogram) in series.sorted(by: { $0.key < $1.key }) {
        let before = labels.isEmpty ? "" : labels + ","
        let alone = labels.isEmpty ? "" : "{\(labels)}"
        var total = 0
        for (position, count) in histogram.counts.enumerated() {
          total += count
          let bound = position < Self.bounds.count ? "\(Self.bounds[position])" : "+Inf"
          lines.append("\(name)_bucket{\(before)le=\"\(bound)\"} \(total)")
        }
        lines += ["\(name)_sum\(alone) \(histogram.sum)", "\(name)_count\(alone) \(total)"]
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
