/// What is asked of Prometheus for a case: one metric of every component that has it.
struct MetricQuery: Sendable {
  var metric: String
  /// Gives one series for each value of `label`.
  var expression: String
  var label = "component"
  /// The component of series without that label.
  var component: String?

  static let all: [MetricQuery] = answers + processes + stores + around

  private static func ratio(_ part: String, _ whole: String, by label: String) -> String {
    let all = "sum by (\(label)) (rate(\(whole)[5s]))"
    return "(sum by (\(label)) (rate(\(part)[5s])) or 0 * \(all)) / \(all)"
  }

  private static func quantile(_ share: Double, _ histogram: String, by label: String) -> String {
    "histogram_quantile(\(share), sum by (\(label), le) (rate(\(histogram)_bucket[10s])))"
  }

  private static let shop = "{component!=\"load\"}"
  /// What clients time, by OpenTelemetry's names; the users are clients as well.
  private static let calls = "http_client_request_duration_seconds"
  private static let queries = "db_client_operation_duration_seconds"
  private static let users = "component=\"load\""
  private static let services = "component!=\"load\""
  private static let unanswered = "http_response_status_code!~\"[1-4]..\""

  /// What those notice who ask: users of nginx, services of each other and of the stores.
  private static let answers = [
    MetricQuery(metric: "requests_per_second", expression: "sum by (component) (rate(http_requests_total[5s]))"),
    MetricQuery(
      metric: "error_ratio",
      expression: ratio("http_requests_total{code=~\"5..\"}", "http_requests_total", by: "component")),
    MetricQuery(
      metric: "latency_p50_seconds", expression: quantile(0.5, "http_request_duration_seconds", by: "component")),
    MetricQuery(
      metric: "latency_p95_seconds", expression: quantile(0.95, "http_request_duration_seconds", by: "component")),
    MetricQuery(
      metric: "requests_per_second", expression: "sum(rate(\(calls)_count{\(users)}[5s]))", component: "nginx"),
    MetricQuery(
      metric: "error_ratio",
      expression:
        "(sum(rate(\(calls)_count{\(users),\(unanswered)}[5s])) or 0 * sum(rate(\(calls)_count{\(users)}[5s])))"
        + " / sum(rate(\(calls)_count{\(users)}[5s]))",
      component: "nginx"),
    MetricQuery(
      metric: "latency_p50_seconds",
      expression: "histogram_quantile(0.5, sum by (le) (rate(\(calls)_bucket{\(users)}[10s])))", component: "nginx"),
    MetricQuery(
      metric: "latency_p95_seconds",
      expression: "histogram_quantile(0.95, sum by (le) (rate(\(calls)_bucket{\(users)}[10s])))", component: "nginx"),
    MetricQuery(
      metric: "requests_per_second", expression: "sum by (server_address) (rate(\(queries)_count[5s]))",
      label: "server_address"),
    MetricQuery(
      metric: "client_error_ratio",
      expression: ratio("\(queries)_count{error_type!=\"\"}", "\(queries)_count", by: "server_address"),
      label: "server_address"),
    MetricQuery(
      metric: "client_latency_p50_seconds", expression: quantile(0.5, queries, by: "server_address"),
      label: "server_address"),
    MetricQuery(
      metric: "client_latency_p95_seconds", expression: quantile(0.95, queries, by: "server_address"),
      label: "server_address"),
    MetricQuery(
      metric: "client_error_ratio",
      expression: ratio(
        "\(calls)_count{\(services),\(unanswered)}", "\(calls)_count{\(services)}", by: "server_address"),
      label: "server_address"),
    MetricQuery(
      metric: "client_latency_p95_seconds",
      expression: "histogram_quantile(0.95, sum by (server_address, le) (rate(\(calls)_bucket{\(services)}[10s])))",
      label: "server_address"),
    MetricQuery(
      metric: "retries_per_second", expression: "sum by (component) (rate(http_client_retries_total[6s]))"),
    MetricQuery(metric: "orders_per_second", expression: "sum by (component) (rate(orders_total[10s]))"),
    MetricQuery(metric: "requests_per_second", expression: "rate(dns_queries_total[5s])"),
  ]

  /// What a component uses, seen from outside it.
  private static let processes = [
    MetricQuery(metric: "up", expression: "min by (component) (up{component!~\"load|host\"})"),
    MetricQuery(metric: "cpu_cores", expression: "rate(container_cpu_seconds_total[4s])", label: "name"),
    MetricQuery(
      metric: "cpu_throttled_ratio",
      expression:
        "rate(container_cpu_throttled_periods_total[4s]) / (rate(container_cpu_periods_total[4s]) > 0)",
      label: "name"),
    MetricQuery(metric: "memory_bytes", expression: "container_memory_working_set_bytes", label: "name"),
    MetricQuery(
      metric: "network_receive_bytes_per_second", expression: "rate(container_network_receive_bytes_total[4s])",
      label: "name"),
    MetricQuery(
      metric: "network_transmit_bytes_per_second", expression: "rate(container_network_transmit_bytes_total[4s])",
      label: "name"),
    MetricQuery(
      metric: "tcp_retransmit_ratio",
      expression: "rate(container_tcp_retransmits_total[6s]) / (rate(container_tcp_segments_total[6s]) > 0)",
      label: "name"),
    MetricQuery(metric: "workers_in_use", expression: "workers_in_use\(shop)"),
    MetricQuery(metric: "requests_waiting", expression: "requests_waiting\(shop)"),
    MetricQuery(
      metric: "database_pool_in_use",
      expression: "database_pool_in_use{component=~\"catalogue|checkout|payment|inventory\"}"),
    MetricQuery(
      metric: "database_pool_waiting",
      expression: "database_pool_waiting{component=~\"catalogue|checkout|payment|inventory\"}"),
    MetricQuery(metric: "order_queue_depth", expression: "order_queue_depth"),
    MetricQuery(
      metric: "cache_hit_ratio",
      expression: "rate(cache_hits_total[8s]) / (rate(cache_hits_total[8s]) + rate(cache_misses_total[8s]))"),
  ]

  private static let stores = [
    MetricQuery(
      metric: "connections_active",
      expression: "sum by (component) (pg_stat_activity_count{datname=\"shop\",state=\"active\"})"),
    MetricQuery(
      metric: "connections_open", expression: "sum by (component) (pg_stat_activity_count{datname=\"shop\"})"),
    MetricQuery(
      metric: "longest_transaction_seconds",
      expression: "max by (component) (pg_stat_activity_max_tx_duration{datname=\"shop\"})"),
    MetricQuery(metric: "locks_waiting", expression: "lab_locks_waiting"),
    MetricQuery(
      metric: "commits_per_second", expression: "rate(pg_stat_database_xact_commit{datname=\"shop\"}[5s])"),
    MetricQuery(
      metric: "rows_read_per_second", expression: "rate(pg_stat_database_tup_returned{datname=\"shop\"}[5s])"),
    MetricQuery(
      metric: "deadlocks_per_second", expression: "rate(pg_stat_database_deadlocks{datname=\"shop\"}[5s])"),
    MetricQuery(
      metric: "disk_writes_per_second", expression: "rate(container_disk_writes_total{name=\"postgres\"}[4s])",
      label: "name"),
    MetricQuery(
      metric: "disk_used_ratio",
      expression:
        "1 - node_filesystem_avail_bytes{mountpoint=~\".*/postgres/disk\"} / node_filesystem_size_bytes",
      label: "none", component: "postgres"),
    MetricQuery(metric: "memory_used_bytes", expression: "redis_memory_used_bytes"),
    MetricQuery(metric: "evicted_keys_per_second", expression: "rate(redis_evicted_keys_total[4s])"),
    MetricQuery(metric: "connections_open", expression: "redis_connected_clients"),
    MetricQuery(metric: "commands_per_second", expression: "rate(redis_commands_processed_total[4s])"),
    MetricQuery(metric: "keys", expression: "redis_db_keys{db=\"db0\"}"),
  ]

  private static let around = [
    MetricQuery(metric: "connections_open", expression: "nginx_connections_active"),
    // Of the machine's time only what the lab uses: the machine may have other work, which a load average would show.
    MetricQuery(
      metric: "cpu_utilization_ratio",
      expression:
        "sum(rate(container_cpu_seconds_total[4s])) / scalar(count(count by (cpu) (node_cpu_seconds_total)))",
      component: "host"),
    MetricQuery(metric: "memory_available_bytes", expression: "node_memory_MemAvailable_bytes"),
  ]
}
