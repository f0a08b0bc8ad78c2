import Foundation
import IncidentModel
import Synchronization
import Telemetry
import TestSupport
import Testing
import TextReading

@testable import TelemetryAPI

/// Each kind of server answers as its documents say, one after another also as no document says.
@Suite(.timeLimit(.minutes(5))) struct TelemetryServerTests {
  private static let start = Timestamp(nanoseconds: 1_795_600_000_000_000_000)
  private static let window = TimeWindow(start: start, end: start.advanced(bySeconds: 600))
  private static let incident = Incident(id: "i", title: "i", window: window)

  /// - Parameter answer: by the request; nil for 404.
  private func read(
    _ kind: TelemetryServer.Kind, path: String = "", deadlineSeconds: Double = 60, maximumResponseBytes: Int = 64 << 20,
    elapsedSeconds: @escaping @Sendable () -> Double = { 0 },
    answer: @escaping @Sendable (LoopbackServer.Request) -> String?
  ) async throws -> (records: TelemetryRecords, window: TelemetryWindow) {
    let server = try LoopbackServer { request, connection in
      if let body = answer(request) { connection.answer(200, body) } else { connection.answer(404, "") }
      return true
    }
    defer { server.stop() }
    var source = TelemetryServer(kind, server.origin + path)
    source.bearerToken = "the-token"
    source.deadlineSeconds = deadlineSeconds
    source.maximumResponseBytes = maximumResponseBytes
    let records = try await source.read(Self.window, elapsedSeconds: elapsedSeconds)
    return (records, records.window(Self.incident))
  }

  private static func isIn(_ request: LoopbackServer.Request, _ moment: Timestamp, perSecond: Double) -> Bool {
    guard let start = request.query["start"].flatMap({ Double($0) }),
      let end = request.query["end"].flatMap({ Double($0) })
    else { return false }
    let seconds = moment.seconds * perSecond
    return start <= seconds && seconds < end
  }

  @Test func lokiGivesLinesWithTheirLevelAndService() async throws {
    let moment = Self.start.advanced(bySeconds: 301)
    let asked = Mutex<[LoopbackServer.Request]>([])
    let (records, window) = try await read(.loki) { request in
      asked.withLock { $0.append(request) }
      switch request.path {
      case "/loki/api/v1/labels": return #"{"status":"success","data":["env","job","service_name"]}"#
      case "/loki/api/v1/query_range":
        guard Self.isIn(request, moment, perSecond: 1e9) else {
          return #"{"status":"success","data":{"resultType":"streams","result":[]}}"#
        }
        return """
          {"status":"success","data":{"resultType":"streams","result":[
            {"stream":{"service_name":"ledger-db","level":"error"},
             "values":[["\(moment.nanoseconds)","too many connections for role app",{"trace_id":"4bf9"}]]},
            {"stream":{"service_name":"web"},"values":[["\(moment.nanoseconds + 5)","level=warn slow"]]}],"stats":{}}}
          """
      default: return nil
      }
    }
    #expect(window.logs.count == 2)
    #expect(window.logs.bodyText(0) == "too many connections for role app")
    #expect(window.logs.severities == [.error, .warning])
    #expect(window.logs.componentNames.map(\.rawValue).sorted() == ["ledger-db", "web"])
    #expect(records.blindSpots.isEmpty, "\(records.blindSpots)")
    let requests = asked.withLock { $0 }
    #expect(requests.allSatisfy { $0.method == "GET" && $0.headers["authorization"] == "Bearer the-token" })
    #expect(requests.dropFirst().allSatisfy { $0.query["query"] == #"{service_name=~".+"}"# })
  }

  @Test(arguments: [
    #"{"@timestamp":"T","message":"boom","service":{"name":"web"},"log":{"level":"error"}}"#,
    #"{"@timestamp":"T","message":"boom","service.name":"web","log.level":"error"}"#,
    #"{"@timestamp":"T","body":{"text":"boom"},"resource":{"attributes":{"service.name":"web"}},"severity_text":"ERROR"}"#,
  ])
  func elasticsearchGivesDocumentsHoweverTheyAreNested(document: String) async throws {
    let moment = Self.start.advanced(bySeconds: 301)
    let document = document.replacing("\"T\"", with: "\"\(moment)\"")
    let (records, window) = try await read(.elasticsearch, path: "/logs-app") { request in
      guard request.method == "POST", request.path == "/logs-app/_search",
        let query = try? JSONValue(parsing: request.body, name: "query"),
        let range = query["query"]?["bool"]?["filter"]?.array?.first?["range"]?["@timestamp"],
        let from = range["gte"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
        let to = range["lt"]?.string.flatMap({ Timestamp(rfc3339: $0) })
      else { return nil }
      let hits = from <= moment && moment < to ? #"{"_index":"l","_id":"1","_source":\#(document),"sort":[1]}"# : ""
      return """
        {"took":9,"timed_out":\(!hits.isEmpty),"_shards":{"total":1,"successful":1,"failed":0},
         "hits":{"max_score":null,"hits":[\(hits)]}}
        """
    }
    #expect(window.logs.count == 1)
    #expect(window.logs.bodyText(0) == "boom")
    #expect(window.logs.severities == [.error])
    #expect(window.logs.componentNames == ["web"])
    #expect(records.blindSpots.contains { $0.contains("in part only") })
  }

  @Test func jaegerGivesSpansOnceAndWhoCallsWhom() async throws {
    let moment = Self.start.advanced(bySeconds: 301)
    let microseconds = moment.nanoseconds / 1_000
    let (_, window) = try await read(.jaeger) { request in
      switch request.path {
      case "/api/services": return #"{"data":["checkout","payment"],"total":2,"limit":0,"offset":0,"errors":null}"#
      case "/api/dependencies": return #"{"data":[{"parent":"web","child":"checkout","callCount":4}]}"#
      case "/api/traces":
        guard Self.isIn(request, moment, perSecond: 1e6) else { return #"{"data":[]}"# }
        return """
          {"data":[{"traceID":"4b","spans":[
            {"traceID":"4b","spanID":"a0","operationName":"POST /pay","references":[],"startTime":\(microseconds),
             "duration":9000,"tags":[],"logs":[],"processID":"p1"},
            {"traceID":"4b","spanID":"a1","operationName":"charge","startTime":\(microseconds + 10),"duration":8000,
             "references":[{"refType":"CHILD_OF","traceID":"4b","spanID":"a0"}],
             "tags":[{"key":"error","type":"bool","value":true}],"processID":"p2"},
            {"traceID":"4b","spanID":"a2","operationName":"SELECT","startTime":\(microseconds + 20),"duration":7000,
             "references":[{"refType":"CHILD_OF","traceID":"4b","spanID":"a1"}],
             "tags":[{"key":"span.kind","type":"string","value":"client"},
                     {"key":"peer.service","type":"string","value":"ledger-db"}],"processID":"p2"}],
            "processes":{"p1":{"serviceName":"checkout","tags":[]},"p2":{"serviceName":"payment","tags":[]}}}],
           "errors":null}
          """
      default: return nil
      }
    }
    #expect(window.spans.count == 4, "each once, and one for the database, which sends none")
    #expect(window.spans.failed == [false, true, false, false])
    #expect(window.serviceMap.callees(of: "payment") == ["ledger-db"])
    #expect(window.serviceMap.callees(of: "web") == ["checkout"])
    #expect(window.spans.ends[0] - window.spans.starts[0] == 9_000_000)
  }

  @Test(arguments: ["batches", "resourceSpans"]) func tempoGivesTheSpansOfWhatItFinds(key: String) async throws {
    let moment = Self.start.advanced(bySeconds: 301)
    let (_, window) = try await read(.tempo) { request in
      switch request.path {
      case "/api/search":
        guard Self.isIn(request, moment, perSecond: 1) else { return #"{"traces":[],"metrics":{}}"# }
        return #"{"traces":[{"traceID":"2f3e","rootServiceName":"web"},{"traceID":"../../x"}],"metrics":{}}"#
      case "/api/traces/2f3e":
        return """
          {"\(key)":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},
            "scopeSpans":[{"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAvPg==","spanId":"7uGbfsPBsXM=","name":"GET /",
             "kind":"SPAN_KIND_SERVER","startTimeUnixNano":"\(moment.nanoseconds)",
             "endTimeUnixNano":"\(moment.nanoseconds + 1_000)","status":{"code":"STATUS_CODE_ERROR"}}]}]},
           {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
            "scopeSpans":[{"spans":[{"spanId":"7uGbfsPBsXQ=","parentSpanId":"7uGbfsPBsXM=","name":"add",
             "startTimeUnixNano":"\(moment.nanoseconds + 1)","endTimeUnixNano":"\(moment.nanoseconds + 2)",
             "status":{}}]}]}]}
          """
      default: return nil
      }
    }
    #expect(window.spans.count == 2)
    #expect(window.spans.failed == [true, false])
    #expect(window.serviceMap.callees(of: "web") == ["cart"])
  }

  @Test(
    arguments: TelemetryServer.Kind.allCases, ["", "<html>", "[]", "{}", #"{"status":"error","data":7,"hits":[]}"#])
  func nonsenseIsAnError(kind: TelemetryServer.Kind, body: String) async throws {
    // Tempo's answer for nothing found may be an empty object.
    guard kind != .tempo || !body.hasPrefix("{") else { return }
    await #expect(throws: TelemetryServerError.self) { try await read(kind) { _ in body } }
  }

  @Test func whatCouldNotBeAskedInTimeIsSaid() async throws {
    let count = Mutex(0)
    let asked: @Sendable () -> Double = { Double(count.withLock { $0 }) }
    let (records, window) = try await read(.loki, deadlineSeconds: 10, elapsedSeconds: asked) { request in
      count.withLock { $0 += 1 }
      return request.path.hasSuffix("labels")
        ? #"{"status":"success","data":["job"]}"# : #"{"status":"success","data":{"resultType":"streams","result":[]}}"#
    }
    #expect(window.logs.isEmpty)
    #expect(records.blindSpots.contains { $0.contains("were not asked") }, "\(records.blindSpots)")
  }

  @Test func aServerThatSendsTooMuchIsCutOff() async throws {
    await #expect(throws: TelemetryServerError.self) {
      try await read(.elasticsearch, maximumResponseBytes: 8 << 10) { _ in String(repeating: " ", count: 1 << 20) + "{}"
      }
    }
  }
}
