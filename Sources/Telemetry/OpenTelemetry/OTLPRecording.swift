import IncidentModel
import TextReading

/// OTLP requests in JSON, one a line, as the Collector's file exporter writes them; traces, metrics and logs may lie in
/// one file or in several.
///
/// Two passes: the first learns who sends, since how a component is called depends on all of them.
struct OTLPRecording {
  private(set) var spans = OTLPSpans()
  private(set) var logs = OTLPLogs()
  private(set) var metrics = OTLPMetrics()
  private let components: OTLPComponents

  /// - Throws: `DatasetError` with file, line and column.
  init(_ files: [FileBytes], limits: ReadLimits) throws {
    var resources: Set<OTLPResource> = []
    for file in files {
      try Self.forEachResource(file, limits) { resource, _, _, _ in resources.insert(resource) }
    }
    let components = OTLPComponents(resources)
    self.components = components
    var (spans, logs, metrics) = (OTLPSpans(), OTLPLogs(), OTLPMetrics())
    for file in files {
      try Self.forEachResource(file, limits) { resource, kind, mark, reader in
        let component = components[resource]
        reader.rewind(to: mark)
        while try reader.nextMember() {
          if kind == .spans, reader.keyIs("scopeSpans") {
            try Self.forEachRecord("spans", &reader) { try spans.read(&$0, component) }
          } else if kind == .logs, reader.keyIs("scopeLogs") {
            try Self.forEachRecord("logRecords", &reader) { try logs.read(&$0, component) }
          } else if kind == .metrics, reader.keyIs("scopeMetrics") {
            try Self.forEachRecord("metrics", &reader) { try metrics.read(&$0, component) }
          } else {
            try reader.skipValue()
          }
        }
      }
    }
    (self.spans, self.logs, self.metrics) = (spans, logs, metrics)
  }

  /// Adds everything to a window, and says what was left out.
  func add(to assembly: inout WindowAssembly) {
    let (table, index) = spans.build()
    assembly.spans = table
    assembly.logs = logs.build(index)
    assembly.metrics = metrics.series().asMeasures()
    assembly.components = components.components
    assembly.blindSpots += spans.blindSpots + metrics.blindSpots
  }

  /// From the first to the last record; nil where there is none.
  var extent: (first: Int64, last: Int64)? {
    let extents = [spans.extent, logs.extent, metrics.extent].compactMap { $0 }
    guard let first = extents.map(\.first).min(), let last = extents.map(\.last).max() else { return nil }
    return (first, last)
  }

  // MARK: - Walking

  private enum Kind { case spans, logs, metrics }

  /// Calls back behind each resource's object, with a mark to read it again from.
  private static func forEachResource(
    _ file: FileBytes, _ limits: ReadLimits,
    _ body: (OTLPResource, Kind, JSONReader.Mark, inout JSONReader) throws -> Void
  ) throws {
    var reader = try JSONReader(file, limits: limits)
    while try reader.nextRecord() {
      while try reader.nextMember() {
        let kind: Kind
        if reader.keyIs("resourceSpans") {
          kind = .spans
        } else if reader.keyIs("resourceLogs") {
          kind = .logs
        } else if reader.keyIs("resourceMetrics") {
          kind = .metrics
        } else {
          try reader.skipValue()
          continue
        }
        try reader.forEachObject { reader in
          let mark = reader.mark()
          try body(try Self.resource(&reader), kind, mark, &reader)
        }
      }
    }
  }

  private static func resource(_ reader: inout JSONReader) throws -> OTLPResource {
    var resource = OTLPResource()
    while try reader.nextMember() {
      guard reader.keyIs("resource"), reader.peek() == UInt8(ascii: "{") else {
        try reader.skipValue()
        continue
      }
      try reader.beginObject()
      while try reader.nextMember() {
        if reader.keyIs("attributes") {
          resource = OTLPResource(try reader.otlpAttributes())
        } else {
          try reader.skipValue()
        }
      }
    }
    return resource
  }

  private static func forEachRecord(
    _ name: StaticString, _ reader: inout JSONReader, _ body: (inout JSONReader) throws -> Void
  ) throws {
    try reader.forEachObject { reader in
      while try reader.nextMember() {
        if reader.keyIs(name) { try reader.forEachObject(body) } else { try reader.skipValue() }
      }
    }
  }
}
