import IncidentModel
import Reporting
import SignalDetection
import Telemetry

/// What the detector of streams says of recorded cases, each fed as if its series arrived now.
struct IncidentListing {
  private let reader: any DatasetAdapter

  init(folder: String, adapter: String?) throws {
    reader = try AdapterCatalog.adapter(named: adapter, for: folder)
  }

  func show(as format: DetectCommand.Format, on console: Console) throws {
    let header = ["case", "detected", "since", "component", "metric"]
    if format == .csv { console.result(header.joined(separator: ",") + "\n") }
    var count = 0
    for reference in try reader.cases() {
      try Task.checkCancellation()
      let window = try reader.read(reference, options: ReadOptions(isBlind: true))
      let found = IncidentStream.incidents(in: window).map(\.onset)
      count += found.count
      switch format {
      case .csv:
        for onset in found { console.result(Self.row(reference.id, onset).joined(separator: ",") + "\n") }
        if found.isEmpty { console.result("\(reference.id),,,,\n") }
      case .terminal:
        for onset in found { console.result(Self.text(reference.id, onset)) }
        if found.isEmpty { console.result("\(reference.id)  quiet") }
      }
    }
    if format == .terminal { console.result("\(count) \(count == 1 ? "incident" : "incidents")") }
  }

  private static func row(_ id: String, _ onset: IncidentOnset) -> [String] {
    let first = onset.movers.first?.key
    return [id, "\(onset.detectedAt)", "\(onset.since)", "\(first?.component ?? "")", first?.metric ?? ""]
  }

  /// When it was noticed, and below it why and what moved first.
  private static func text(_ id: String, _ onset: IncidentOnset) -> String {
    let movers = onset.movers.prefix(3).map { "\($0.key.component) \($0.key.metric)" }.joined(separator: ", ")
    let sentences = [onset.statement] + (movers.isEmpty ? [] : ["First to move: \(movers)."])
    let lines = sentences.flatMap { DisplayWidth.wrap(UntrustedText.clean($0), width: width - indent.count) }
    return (["\(id)  noticed at \(onset.detectedAt)"] + lines.map { indent + $0 }).joined(separator: "\n")
  }

  private static let width = 80
  private static let indent = "  "
}
