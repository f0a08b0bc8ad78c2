import Foundation
import IncidentModel
import Shop
import Telemetry

/// Cuts one window out of a running lab's telemetry.
struct CaseCut {
  var layout: LabLayout
  /// Info lines beyond this many are left out, evenly.
  private static let mostInfoLines = 2500

  private struct LogLine: Decodable {
    var timeUnixNano: String
    var component: String
    var severity: String
    var body: String
    var trace: String?
    var span: String?
  }

  /// - Parameter id: also the title: it says nothing of what was done.
  func window(_ id: String, _ window: TimeWindow) throws -> WindowAssembly {
    var assembly = WindowAssembly(incident: Incident(id: id, title: "Shop \(id)", window: window, environment: "lab"))
    let prometheus = SeriesReading(url: layout.prometheusURL)
    assembly.metrics = try prometheus.metrics(window)
    assembly.alerts = try prometheus.alerts(window)
    var spans = SpanTableBuilder()
    for component in layout.components {
      SpanFile.read(file("\(component.name)/spans.jsonl"), in: window, to: &spans)
    }
    let (table, index) = spans.build()
    assembly.spans = table
    var logs = LogTableBuilder(spans: index)
    addLogs(window, to: &logs)
    assembly.logs = logs.build()
    assembly.changes = changes(window)
    assembly.components = components
    assembly.calls = calls
    return assembly
  }

  private func file(_ name: String) -> Data {
    (try? Data(contentsOf: URL(fileURLWithPath: "\(layout.folder)/\(name)"))) ?? Data()
  }

  private func addLogs(_ window: TimeWindow, to builder: inout LogTableBuilder) {
    let decoder = JSONDecoder()
    var lines: [LogLine] = []
    for name in layout.components.map({ "\($0.name)/log.jsonl" }) + ["supervisor.jsonl"] {
      for text in file(name).split(separator: 10) {
        guard var line = try? decoder.decode(LogLine.self, from: text), let time = Int64(line.timeUnixNano),
          window.contains(Timestamp(nanoseconds: time))
        else { continue }
        // What users see of the shop, they see of its web server.
        if line.component == "load" { line.component = "nginx" }
        if line.body.hasSuffix(" started"), line.component == "nginx" { continue }
        lines.append(line)
      }
    }
    let infos = lines.count { $0.severity == "info" }
    let every = max(1, (infos + Self.mostInfoLines - 1) / Self.mostInfoLines)
    var seen = 0
    for line in lines {
      if line.severity == "info" {
        seen += 1
        if seen % every != 0 { continue }
      }
      builder.append(
        time: Int64(line.timeUnixNano) ?? 0, component: line.component,
        severity: line.severity == "error" ? .error : line.severity == "warning" ? .warning : .info, body: line.body,
        trace: line.trace ?? "", span: line.span ?? "")
    }
    let natives: [(String, String, (Substring) -> NativeLog.Line?)] = [
      ("postgres", "postgres/output.log", NativeLog.postgres), ("nginx", "nginx/error.log", NativeLog.nginx),
      ("redis", "redis/output.log", NativeLog.redis),
    ]
    for (component, name, read) in natives {
      for text in String(decoding: file(name), as: UTF8.self).split(separator: "\n") {
        guard let line = read(text), window.contains(Timestamp(nanoseconds: line.nanoseconds)) else { continue }
        builder.append(time: line.nanoseconds, component: component, severity: line.severity, body: line.body)
      }
    }
  }

  private func changes(_ window: TimeWindow) -> [ChangeEvent] {
    struct Line: Decodable {
      var time: String
      var component: String
      var kind: ChangeEvent.Kind
      var summary: String
      var from: String?
      var to: String?
    }
    return file("changes.jsonl").split(separator: 10).compactMap { text in
      guard let line = try? JSONDecoder().decode(Line.self, from: text), let time = Timestamp(rfc3339: line.time),
        window.contains(time)
      else { return nil }
      return ChangeEvent(
        time: time, component: ComponentID(line.component), kind: line.kind, summary: line.summary, from: line.from,
        to: line.to)
    }
  }

  var components: [Component] {
    layout.components.compactMap { component in
      component.role.flatMap(ComponentRole.init(rawValue:)).map {
        Component(id: ComponentID(component.name), role: $0, runsOn: "host")
      }
    } + [Component(id: "host", kind: .node, role: .host)]
  }

  var calls: [ServiceMap.Call] {
    let names = Set(layout.components.map(\.name))
    return layout.components.flatMap { component in
      component.callees.filter(names.contains).map {
        ServiceMap.Call(from: ComponentID(component.name), to: ComponentID($0))
      }
    }
  }
}
