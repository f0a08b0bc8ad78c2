import IncidentModel
import Testing

@testable import Telemetry

/// What well-known names of Prometheus' standard exporters are read as. `.other` is not asked for.
@Suite struct ExporterMetricTests {
  @Test(arguments: [
    // node_exporter
    ("node_filesystem_avail_bytes", MetricClass.disk), ("node_filesystem_free_bytes", .disk),
    ("node_filesystem_files_free", .disk), ("node_filesystem_size_bytes", .other),
    ("node_disk_io_time_seconds_total", .disk), ("node_disk_written_bytes_total", .disk),
    ("node_memory_MemAvailable_bytes", .memory), ("node_memory_Cached_bytes", .other),
    ("node_memory_MemFree_bytes", .other), ("node_cpu_seconds_total", .cpu), ("node_load1", .saturation),
    ("node_network_receive_bytes_total", .network), ("node_network_receive_errs_total", .network),
    ("node_network_transmit_drop_total", .network), ("node_netstat_Tcp_RetransSegs", .network),
    ("node_netstat_Tcp_CurrEstab", .connections), ("node_nf_conntrack_entries", .connections),
    ("node_filefd_allocated", .saturation), ("node_pressure_cpu_waiting_seconds_total", .saturation),
    ("node_boot_time_seconds", .other), ("node_time_seconds", .other), ("node_uname_info", .other),
    ("node_scrape_collector_duration_seconds", .other), ("node_vmstat_oom_kill", .memory),
    ("node_sockstat_TCP_inuse", .connections), ("node_sockstat_TCP_mem_bytes", .other),
    ("node_entropy_available_bits", .other), ("node_network_transmit_queue_length", .other),
    ("node_netstat_TcpExt_ListenDrops", .network), ("node_softnet_dropped_total", .network),
    // postgres_exporter
    ("pg_up", .availability), ("pg_stat_activity_count", .connections),
    ("pg_stat_activity_max_tx_duration", .saturation), ("pg_stat_database_numbackends", .connections),
    ("pg_stat_database_xact_commit", .throughput), ("pg_stat_database_xact_rollback", .errors),
    ("pg_stat_database_deadlocks", .saturation), ("pg_locks_count", .saturation),
    ("pg_settings_max_connections", .other), ("pg_settings_statement_timeout_seconds", .other),
    ("pg_exporter_last_scrape_duration_seconds", .other), ("pg_replication_lag", .saturation),
    // redis_exporter
    ("redis_up", .availability), ("redis_connected_clients", .connections), ("redis_blocked_clients", .saturation),
    ("redis_memory_used_bytes", .memory), ("redis_memory_max_bytes", .other), ("redis_evicted_keys_total", .memory),
    ("redis_mem_not_counted_for_eviction_bytes", .other), ("redis_commands_processed_total", .throughput),
    ("redis_commands_duration_seconds_total", .saturation), ("redis_rejected_connections_total", .errors),
    ("redis_uptime_in_seconds", .other), ("redis_exporter_scrapes_total", .other),
    ("redis_target_scrape_request_errors_total", .other), ("redis_instance_info", .other),
    ("redis_last_slow_execution_duration_seconds", .other), ("redis_db_avg_ttl_seconds", .other),
    ("redis_latest_fork_seconds", .other), ("redis_clients_in_timeout_table", .other),
    ("redis_repl_backlog_history_bytes", .other), ("redis_io_threads_active", .other),
    ("redis_connections_received_total", .throughput), ("redis_memory_used_lua_bytes", .other),
    // nginx, of which the stub status counts what it accepted without saying so
    ("nginx_up", .availability), ("nginx_http_requests_total", .throughput), ("nginx_connections_active", .connections),
    ("nginx_connections_waiting", .connections), ("nginx_connections_accepted", .throughput),
    ("nginx_vts_upstream_requests_total|code=5xx", .errors),
    ("nginx_vts_upstream_requests_total|code=2xx", .throughput),
    // mysqld_exporter
    ("mysql_up", .availability), ("mysql_global_status_threads_connected", .connections),
    ("mysql_global_status_threads_running", .saturation), ("mysql_global_status_queries", .throughput),
    ("mysql_global_status_aborted_connects", .errors),
    ("mysql_global_status_innodb_row_lock_current_waits", .saturation),
    ("mysql_global_status_innodb_buffer_pool_read_requests", .other),
    ("mysql_global_variables_max_connections", .other),
    ("mysql_global_status_created_tmp_disk_tables", .disk), ("mysql_global_status_table_locks_waited", .saturation),
    ("mysql_slave_status_seconds_behind_master", .saturation),
    // haproxy
    ("haproxy_server_http_responses_total|code=5xx", .errors), ("haproxy_backend_http_responses_total", .throughput),
    ("haproxy_backend_current_queue", .saturation), ("haproxy_backend_response_time_average_seconds", .latency),
    ("haproxy_backend_current_sessions", .connections), ("haproxy_frontend_limit_sessions", .other),
    // blackbox_exporter
    ("probe_success", .availability), ("probe_duration_seconds", .latency), ("probe_http_status_code", .other),
    ("probe_ssl_earliest_cert_expiry", .certificate),
    ("probe_ssl_last_chain_expiry_timestamp_seconds", .certificate),
    // kube-state-metrics and cAdvisor
    ("kube_pod_container_status_restarts_total", .errors), ("kube_pod_created", .other), ("kube_pod_info", .other),
    ("container_cpu_usage_seconds_total", .cpu), ("container_cpu_cfs_throttled_seconds_total", .saturation),
    ("container_memory_working_set_bytes", .memory), ("container_memory_cache", .other),
    ("container_memory_failures_total", .other), ("container_fs_usage_bytes", .disk),
    ("container_fs_limit_bytes", .other),
    ("container_network_receive_packets_dropped_total", .network), ("container_last_seen", .other),
    ("container_spec_memory_limit_bytes", .other),
    // Of every program
    ("process_open_fds", .saturation), ("process_max_fds", .other), ("process_start_time_seconds", .other),
    ("go_memstats_last_gc_time_seconds", .other), ("process_resident_memory_bytes", .memory),
  ]) func isReadAs(_ metric: String, _ expected: MetricClass) {
    #expect(MetricMeaning(metric: metric).metricClass == expected)
    let labels = metric.firstIndex(of: "|") ?? metric.endIndex
    // The same as a rate; whether something is up is none.
    guard expected != .availability else { return }
    #expect(MetricMeaning(metric: "rate(\(metric[..<labels]))\(metric[labels...])").metricClass == expected)
  }

  @Test(arguments: [
    ("node_filesystem_avail_bytes|device=/dev/sda1", true), ("node_memory_MemAvailable_bytes", true),
    ("share(node_filesystem_files_free)|mountpoint=/", true), ("rate(node_cpu_seconds_total)|cpu=0|mode=idle", true),
    ("rate(node_cpu_seconds_total)|cpu=0|mode=user", false), ("system_filesystem_usage_bytes|state=free", true),
    ("pg_stat_activity_count|state=idle", false), ("redis_memory_used_bytes", false), ("disk_used_ratio", false),
    ("availability|stat=Average", false),
  ]) func measuresWhatIsLeft(_ metric: String, _ expected: Bool) {
    #expect(MetricMeaning.isRemainder(metric: metric, MetricMeaning(metric: metric).metricClass) == expected)
  }

  private func series(_ metric: String, _ values: [Double], component: ComponentID = "a") -> MetricSeries {
    MetricSeries(
      key: MetricKey(component: component, metric: metric), times: values.indices.map { Int64($0) * 10_000_000_000 },
      values: values)
  }

  @Test func countersThatDoNotSaySoBecomeRates() {
    for name in ["nginx_connections_accepted", "pg_stat_database_xact_commit", "mysql_global_status_queries"] {
      let rate = [series(name, [100, 150, 200])].countersAsRates()[0]
      #expect(rate.key.metric == "rate(\(name))")
      #expect(rate.unit == "count/s")
      #expect(rate.values.last == 5)
    }
    // Most of PostgreSQL's databases stand still.
    let two = [
      series("pg_stat_database_xact_commit|datname=shop", [1, 1, 1, 3]),
      series("pg_stat_database_xact_commit|datname=template0", [0, 0, 0, 0]),
    ]
    #expect(two.countersAsRates().map(\.unit) == ["count/s", "count/s"])
  }

  @Test func whatIsLeftIsAShareOfTheWhole() {
    let left = series("node_filesystem_avail_bytes|mountpoint=/", [50, 25, 0])
    let size = series("node_filesystem_size_bytes|mountpoint=/", [100, 100, 100])
    let shares = [left, size].remaindersAsShares()
    #expect(shares[0].key.metric == "share(node_filesystem_avail_bytes)|mountpoint=/")
    #expect(shares[0].unit == "ratio")
    #expect(shares[0].metricClass == .disk)
    #expect(shares[0].values == [0.5, 0.25, 0])
    #expect(shares.remaindersAsShares().map(\.key) == shares.map(\.key))
  }

  @Test(arguments: [
    ("node_filesystem_size_bytes|mountpoint=/b", [100.0, 100], "a"),
    ("node_filesystem_size_bytes|mountpoint=/", [0, 0], "a"),
    ("node_filesystem_size_bytes|mountpoint=/", [100, 100], "b"),
  ]) func withoutItsWholeItStaysAsItIs(_ whole: String, _ values: [Double], _ component: ComponentID) {
    let left = series("node_filesystem_avail_bytes|mountpoint=/", [50, 25])
    let read = [left, series(whole, values, component: component)].remaindersAsShares()
    #expect(read.map(\.key.metric) == [left.key.metric, whole])
  }
}
