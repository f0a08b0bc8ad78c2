import IncidentModel

/// What was measured over time of the objects of a cluster, under the names that telemetry gives them.
package struct ClusterMeasurements: Sendable {
  package var series: [Series] = []
  /// Calls between two components, in order of caller and callee.
  package var calls: [Call] = []

  package init(series: [Series] = [], calls: [Call] = []) {
    self.series = series
    self.calls = calls
  }

  package var isEmpty: Bool { series.isEmpty && calls.isEmpty }

  package enum Quantity: Sendable, Hashable {
    /// Cores where `isAbsolute`, else of an unknown whole.
    case cpuUse(isAbsolute: Bool)
    /// Seconds of waiting in each second, or the share of periods in which a container had to wait.
    case cpuThrottling
    /// TCP segments that were sent again, in each second.
    case retransmissions
    /// Seconds; `isTail` where it is a high percentile and not what most requests take.
    case latency(isTail: Bool)
    /// Packets that were sent, in each second.
    case sentPackets
  }

  package struct Series: Sendable {
    /// A pod, a node, a service or a workload, with its namespace before a slash where that is known.
    package var component: String
    package var metric: String
    package var quantity: Quantity
    /// Nanoseconds since 1970, ascending.
    package var times: [Int64]
    /// One a time; NaN where a sample is missing.
    package var values: [Double]

    package init(component: String, metric: String, quantity: Quantity, times: [Int64], values: [Double]) {
      self.component = component
      self.metric = metric
      self.quantity = quantity
      self.times = times
      self.values = values
    }
  }

  /// What a caller waits for an answer beyond what the callee itself takes for it.
  package struct Call: Sendable {
    package var caller: String
    package var callee: String
    package var times: [Int64]
    package var waitSeconds: [Double]

    package init(caller: String, callee: String, times: [Int64], waitSeconds: [Double]) {
      self.caller = caller
      self.callee = callee
      self.times = times
      self.waitSeconds = waitSeconds
    }
  }
}
