import Foundation

/// Prometheus and the exporters, all at one address.
struct MonitoringPart {
  var layout: LabLayout

  private var folder: String { layout.folder(of: "prometheus") }
  private var address: String { layout.address(of: "prometheus") }

  func prepare() throws {
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/prometheus.yml"))
    try Data(Self.lockQuery.utf8).write(to: URL(fileURLWithPath: "\(folder)/queries.yml"))
    try Data(Self.rules.utf8).write(to: URL(fileURLWithPath: "\(folder)/rules.yml"))
  }

  private var configuration: String {
    var text = """
      global: {scrape_interval: 1s, scrape_timeout: 900ms, evaluation_interval: 1s}
      rule_files: [\(folder)/rules.yml]
      scrape_configs:

      """
    func job(_ name: String, _ targets: [(address: String, component: String?)]) {
      text += "  - job_name: \(name)\n    static_configs:\n"
      for target in targets {
        let labels = target.component.map { ", labels: {component: \($0)}" } ?? ""
        text += "      - {targets: ['\(target.address)']\(labels)}\n"
      }
    }
    job(
      "shop", layout.components.filter { $0.shopRole != nil }.map { ("\(layout.address(of: $0.name)):8080", $0.name) })
    job("containers", [("\(layout.hostAddress):8080", nil)])
    job("node", [("\(address):9100", "host")])
    // The exporter sees all disks of the machine, those of a lab beside this one among them.
    text += "    metric_relabel_configs:\n"
    text += "      - {source_labels: [mountpoint], regex: '(\(layout.folder)/.*)?', action: keep}\n"
    job("postgres", [("\(address):9187", "postgres")])
    job("redis", [("\(address):9121", "redis")])
    job("nginx", [("\(address):9113", "nginx")])
    return text
  }

  /// What the exporter does not count by itself.
  private static let lockQuery = """
    lab_locks:
      query: "SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
      metrics:
        - waiting: {usage: GAUGE, description: "sessions that wait for a lock"}

    """

  /// Pages for what users or callers notice, tickets for what may become that.
  private static let rules = """
    groups:
      - name: pages
        rules:
          - alert: UsersSeeErrors
            expr: sum(rate(http_client_request_duration_seconds_count{component="load",http_response_status_code!~"[1-4].."}[6s])) / sum(rate(http_client_request_duration_seconds_count{component="load"}[6s])) > 0.04
            for: 4s
            labels: {severity: page, metric: error_ratio, component: nginx}
            annotations: {summary: "more than 4 % of the users' requests fail"}
          - alert: UsersWait
            expr: histogram_quantile(0.9, sum by (le) (rate(http_client_request_duration_seconds_bucket{component="load"}[8s]))) > 0.3
            for: 5s
            labels: {severity: page, metric: latency_p95_seconds, component: nginx}
            annotations: {summary: "one in ten requests of users takes longer than 300 ms"}
          - alert: OrdersAreSlow
            expr: histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{component="checkout"}[12s]))) > 0.5
            for: 5s
            labels: {severity: page, metric: latency_p95_seconds, component: checkout}
            annotations: {summary: "one in ten orders takes longer than 500 ms"}
          - alert: OrdersFail
            expr: sum(rate(http_requests_total{component="checkout",code=~"5.."}[10s])) / sum(rate(http_requests_total{component="checkout"}[10s])) > 0.15
            for: 4s
            labels: {severity: page, metric: error_ratio, component: checkout}
            annotations: {summary: "more than 15 % of the orders fail"}
          - alert: NoUsers
            expr: sum(rate(http_requests_total{component="gateway"}[6s])) < 2
            for: 4s
            labels: {severity: page, metric: requests_per_second, component: gateway}
            annotations: {summary: "hardly any request reaches the shop"}
          - alert: MemoryNearLimit
            expr: container_memory_working_set_bytes{name!="redis"} / container_memory_limit_bytes > 0.85
            for: 2s
            labels: {severity: page, metric: memory_bytes, component: "{{ $labels.name }}"}
            annotations: {summary: "{{ $labels.name }} uses most of the memory it may"}
      - name: tickets
        rules:
          - alert: TargetDown
            expr: up{job="shop"} == 0
            for: 3s
            labels: {severity: ticket}
            annotations: {summary: "{{ $labels.component }} does not answer"}
          - alert: DiskNearlyFull
            expr: node_filesystem_avail_bytes{mountpoint=~".*/postgres/disk"} / node_filesystem_size_bytes < 0.08
            for: 3s
            labels: {severity: ticket, component: postgres}
            annotations: {summary: "the disk of the purchases is nearly full"}

    """

  func plans() -> [ProcessPlan] {
    let postgres = layout.address(of: "postgres")
    func exporter(_ name: String, _ command: [String]) -> ProcessPlan {
      ProcessPlan(
        name: name, component: "prometheus", command: command, logFile: "\(folder)/\(name).log")
    }
    return [
      exporter(
        "prometheus",
        [
          "prometheus", "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
          "--storage.tsdb.retention.time=3h", "--web.listen-address=\(layout.listenAddress(of: "prometheus")):9090",
          "--log.level=warn",
        ]),
      exporter(
        "node-exporter",
        ["prometheus-node-exporter", "--web.listen-address=\(address):9100", "--collector.disable-defaults"]
          + ["cpu", "loadavg", "meminfo", "filesystem"].map { "--collector.\($0)" }
          + [
            "--collector.filesystem.fs-types-exclude=^(proc|sysfs|cgroup.*|devtmpfs|overlay|nsfs)$",
            "--collector.filesystem.mount-points-exclude=^/(proc|sys|dev|run)($|/)",
          ]),
      exporter(
        "postgres-exporter",
        [
          "env", "DATA_SOURCE_NAME=postgresql://shop@\(postgres):5432/shop?sslmode=disable&connect_timeout=1",
          "prometheus-postgres-exporter", "--web.listen-address=\(address):9187", "--log.level=error",
          "--extend.query-path=\(folder)/queries.yml",
        ]),
      exporter(
        "redis-exporter",
        [
          "prometheus-redis-exporter", "-redis.addr", "redis://\(layout.address(of: "redis")):6379",
          "-web.listen-address", "\(address):9121",
        ]),
      exporter(
        "nginx-exporter",
        [
          "prometheus-nginx-exporter", "-nginx.scrape-uri", "http://\(layout.address(of: "nginx")):8081/status",
          "-web.listen-address", "\(address):9113",
        ]),
    ]
  }
}
