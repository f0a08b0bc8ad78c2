/// `<component>|<metric>[|<label>=<value>…]` as people read it: `payment latency p95`.
struct SeriesTitle {
  private var component: String
  private var metric: String

  init(_ title: String) {
    let parts = title.split(separator: "|", omittingEmptySubsequences: true).map { String($0) }
    component = UntrustedText.clean(parts.first ?? title, limit: 300)
    // The label's name says little beside its value.
    let rest = parts.dropFirst().enumerated().map { index, part in
      index == 0 ? part : String(part.split(separator: "=", maxSplits: 1).last ?? "")
    }
    metric = UntrustedText.clean(rest.joined(separator: " "), limit: 300)
  }

  var text: String { metric.isEmpty ? component : "\(component) \(metric)" }

  /// Cut so that both the component and the metric can still be told: each in its middle.
  func cut(to width: Int) -> String {
    guard DisplayWidth.of(text) > width, !metric.isEmpty, width > 4 else {
      return DisplayWidth.cutMiddle(text, to: width)
    }
    let metricWidth = min(DisplayWidth.of(metric), max(width * 2 / 3, width - 1 - DisplayWidth.of(component)))
    return DisplayWidth.cutMiddle(component, to: width - 1 - metricWidth) + " "
      + DisplayWidth.cutMiddle(metric, to: metricWidth)
  }
}
