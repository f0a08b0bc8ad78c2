import KubernetesDiagnosis

extension RuleFixture {
  private static let refused = "Get \"http://10.1.0.5:9999/\": dial tcp 10.1.0.5:9999: connect: connection refused"

  private static func probe(
    _ cause: KubernetesCause, _ kind: String, _ probe: APIValue, _ failure: String
  ) -> RuleFixture {
    RuleFixture(
      cause, harm: { $0.probe(kind, probe, failure) },
      recovered: { cluster in
        cluster["Pod/web-1-1", "spec.containers.0.\(kind)Probe"] = probe
        cluster.event("Pod", "web-1-1", "Unhealthy", "\(kind.capitalized) probe failed: \(failure)", age: 400, count: 2)
      })
  }

  private static func http(_ port: Int, delay: Int = 30, period: Int = 10, threshold: Int = 3) -> APIValue {
    [
      "httpGet": ["path": "/", "port": .number(port)], "initialDelaySeconds": .number(delay),
      "periodSeconds": .number(period), "failureThreshold": .number(threshold),
    ]
  }

  static let probes: [RuleFixture] = [
    probe(.livenessProbeWrongPort, "liveness", http(9999), refused),
    probe(
      .livenessProbeWrongProtocol, "liveness", http(8080),
      "Get \"http://10.1.0.5:8080/\": net/http: HTTP/1.x transport connection broken: malformed HTTP response"),
    probe(
      .livenessProbeTooTight, "liveness", http(8080, delay: 1, period: 2, threshold: 2),
      "Get \"http://10.1.0.5:8080/\": dial tcp 10.1.0.5:8080: connect: connection refused"),
    probe(.readinessProbeWrongPort, "readiness", http(9999), refused),
    probe(
      .readinessProbeWrongProtocol, "readiness", http(8080),
      "Get \"https://10.1.0.5:8080/\": http: server gave HTTP response to HTTPS client"),
    probe(.applicationNotAnswering, "readiness", http(8080), "HTTP probe failed with statuscode: 503"),
  ]
}
