import IncidentModel

/// What Prometheus' standard exporters call their metrics where the words of the name would mislead. Whoever runs another
/// exporter adds its names here; whatever is not here is read by its words (`MetricWords`).
enum ExporterMetrics {
  struct Reading {
    var metricClass: MetricClass
    /// Whether it only ever rises although its name does not end like a counter's.
    var isCounter = false

    var counted: Reading { Reading(metricClass: metricClass, isCounter: true) }
  }

  /// What a metric is about; nil where its words tell.
  ///
  /// - Parameter metric: with or without labels, and with or without what it was turned into (`rate(…)`).
  static func reading(_ metric: String) -> Reading? {
    let name = baseName(metric)
    if let exact = table[name] { return exact }
    // The longest beginning that is in the table counts.
    var end = name.endIndex
    while let separator = name[..<end].lastIndex(of: "_") {
      if let found = table[name[...separator] + "*"] { return found }
      end = separator
    }
    return nil
  }

  /// The metric that says how much there is in all of what this one says is left; nil where none is known.
  static func whole(of metric: String) -> String? { wholes[baseName(metric)] }

  /// Whether this says how much there is in all of something.
  static func isWhole(_ metric: String) -> Bool { allWholes.contains(metric) }

  private static func baseName(_ metric: String) -> Substring {
    let name = metric.prefix { $0 != "|" }
    guard name.last == ")", let start = name.firstIndex(of: "(") else { return name }
    return name[name.index(after: start)...].dropLast()
  }

  private static let connections = Reading(metricClass: .connections)
  private static let saturation = Reading(metricClass: .saturation)
  private static let network = Reading(metricClass: .network)
  private static let memory = Reading(metricClass: .memory)
  private static let disk = Reading(metricClass: .disk)
  private static let availability = Reading(metricClass: .availability)
  private static let requests = Reading(metricClass: .throughput).counted
  private static let errors = Reading(metricClass: .errors).counted
  /// Says nothing about how its component does: settings, clocks, and how a resource that is in use is divided.
  private static let nothing = Reading(metricClass: .other)

  /// A name that ends in `*` stands for all that begin so.
  private static let table: [Substring: Reading] = [
    // node_exporter: of memory only what is available tells, since caches fill because there is room; what an interface
    // is does not move; and the kernel's counters do not say by their names that they are some.
    "node_memory_*": nothing, "node_memory_MemAvailable_bytes": memory, "node_memory_SwapFree_bytes": memory,
    "node_filesystem_size_bytes": nothing, "node_filesystem_files": nothing, "node_filesystem_device_error": disk,
    "node_filesystem_readonly": disk, "node_filefd_allocated": saturation, "node_vmstat_oom_kill": memory.counted,
    "node_netstat_*": network.counted, "node_netstat_Tcp_CurrEstab": connections,
    "node_sockstat_*": nothing, "node_sockstat_TCP_inuse": connections, "node_sockstat_TCP6_inuse": connections,
    "node_nf_conntrack_stat_*": network.counted, "node_nf_conntrack_entries_limit": nothing,
    "node_softnet_dropped_total": network, "node_network_receive_errs_total": network,
    "node_network_transmit_errs_total": network, "node_network_transmit_queue_length": nothing,
    "node_network_iface_*": nothing, "node_network_address_*": nothing, "node_network_name_*": nothing,
    "node_network_net_*": nothing, "node_network_protocol_*": nothing, "node_network_device_*": nothing,
    "node_network_flags": nothing, "node_network_dormant": nothing, "node_network_mtu_bytes": nothing,
    "node_network_speed_bytes": nothing, "node_entropy_*": nothing, "node_time_*": nothing, "node_timex_*": nothing,
    "node_scrape_*": nothing, "node_textfile_*": nothing,
    // postgres_exporter: settings do not move, and sessions are not requests.
    "pg_settings_*": nothing, "pg_exporter_*": nothing, "pg_stat_activity_count": connections,
    "pg_stat_activity_max_tx_duration": saturation, "pg_stat_database_*": nothing,
    "pg_stat_database_numbackends": connections, "pg_stat_database_xact_commit": requests,
    "pg_stat_database_xact_rollback": errors, "pg_stat_database_conflicts": errors,
    "pg_stat_database_deadlocks": saturation.counted, "pg_stat_database_blks_read": disk.counted,
    "pg_stat_archiver_*": nothing, "pg_stat_archiver_failed_count": errors, "pg_replication_lag": saturation,
    "pg_replication_lag_seconds": saturation,
    // redis_exporter
    "redis_exporter_*": nothing, "redis_config_*": nothing, "redis_connected_clients": connections,
    "redis_blocked_clients": saturation, "redis_clients_in_timeout_table": nothing,
    "redis_connections_received_total": requests, "redis_commands_processed_total": requests,
    "redis_commands_total": requests, "redis_unexpected_error_replies": errors, "redis_memory_*": nothing,
    "redis_memory_used_bytes": memory, "redis_memory_used_rss_bytes": memory, "redis_mem_*": nothing,
    "redis_allocator_*": nothing, "redis_total_system_memory_bytes": nothing, "redis_slowlog_*": nothing,
    "redis_last_slow_execution_duration_seconds": nothing, "redis_latest_fork_seconds": nothing,
    "redis_latency_spike_*": nothing, "redis_db_avg_ttl_seconds": nothing, "redis_expired_*": nothing,
    "redis_io_threads_active": nothing, "redis_io_threaded_*": nothing,
    "redis_repl_*": nothing, "redis_replication_*": nothing, "redis_migrate_*": nothing,
    "redis_master_link_up": availability, "redis_rdb_*": nothing, "redis_aof_*": nothing, "redis_defrag_*": nothing,
    // nginx_exporter: the stub status counts what it accepted without saying so; who waits is idle.
    "nginx_connections_accepted": requests, "nginx_connections_handled": requests,
    "nginx_connections_waiting": connections,
    // mysqld_exporter: nearly all that the server tells are counters that do not say so.
    "mysql_global_variables_*": nothing, "mysql_exporter_*": nothing, "mysql_global_status_*": nothing,
    "mysql_global_status_threads_connected": connections, "mysql_global_status_threads_running": saturation,
    "mysql_global_status_connections": requests, "mysql_global_status_queries": requests,
    "mysql_global_status_questions": requests, "mysql_global_status_commands_total": requests,
    "mysql_global_status_aborted_clients": errors, "mysql_global_status_aborted_connects": errors,
    "mysql_global_status_connection_errors_total": errors, "mysql_global_status_slow_queries": saturation.counted,
    "mysql_global_status_table_locks_waited": saturation.counted,
    "mysql_global_status_innodb_row_lock_waits": saturation.counted,
    "mysql_global_status_innodb_row_lock_current_waits": saturation,
    "mysql_global_status_innodb_log_waits": saturation.counted,
    "mysql_global_status_innodb_data_reads": disk.counted, "mysql_global_status_innodb_data_writes": disk.counted,
    "mysql_global_status_created_tmp_disk_tables": disk.counted, "mysql_global_status_bytes_received": network.counted,
    "mysql_global_status_bytes_sent": network.counted, "mysql_slave_status_seconds_behind_master": saturation,
    "mysql_replica_status_seconds_behind_source": saturation,
    // haproxy, by itself and by its exporter
    "haproxy_exporter_*": nothing, "haproxy_backend_limit_sessions": nothing,
    "haproxy_frontend_limit_sessions": nothing,
    "haproxy_server_limit_sessions": nothing, "haproxy_backend_max_*": nothing, "haproxy_server_max_*": nothing,
    "haproxy_frontend_max_*": nothing, "haproxy_process_max_*": nothing, "haproxy_backend_active_servers": availability,
    // Proxies whose requests have names of their own, and Linkerd's, which counts answers.
    "envoy_cluster_upstream_rq": requests, "envoy_cluster_upstream_rq_xx": requests,
    "envoy_cluster_upstream_rq_total": requests, "envoy_cluster_upstream_rq_completed": requests,
    "envoy_http_downstream_rq": requests, "envoy_http_downstream_rq_xx": requests,
    "envoy_http_downstream_rq_total": requests, "envoy_http_downstream_rq_completed": requests,
    "response_total": requests,
    // kube-state-metrics and cAdvisor: what was promised does not move, and page faults are no errors.
    "kube_node_status_capacity": nothing, "kube_node_status_allocatable": nothing, "container_spec_*": nothing,
    "container_last_seen": nothing, "container_memory_cache": nothing, "container_memory_mapped_file": nothing,
    "container_memory_max_usage_bytes": nothing, "container_memory_failures_total": nothing,
    "container_cpu_cfs_periods_total": nothing, "container_fs_limit_bytes": nothing,
    "container_file_descriptors": saturation, "container_sockets": connections,
    "container_network_receive_errors_total": network, "container_network_transmit_errors_total": network,
    // blackbox_exporter
    "probe_http_status_code": nothing, "probe_http_version": nothing, "probe_http_content_length": nothing,
    "probe_failed_due_to_regex": nothing,
    // Of every program
    "process_max_fds": nothing, "process_virtual_memory_max_bytes": nothing,
  ]

  private static let wholes: [Substring: String] = [
    "node_filesystem_avail_bytes": "node_filesystem_size_bytes",
    "node_filesystem_free_bytes": "node_filesystem_size_bytes",
    "node_filesystem_files_free": "node_filesystem_files",
    "node_memory_MemAvailable_bytes": "node_memory_MemTotal_bytes",
    "node_memory_SwapFree_bytes": "node_memory_SwapTotal_bytes",
    "kubelet_volume_stats_available_bytes": "kubelet_volume_stats_capacity_bytes",
    "kubelet_volume_stats_inodes_free": "kubelet_volume_stats_inodes",
    "container_fs_inodes_free": "container_fs_inodes_total",
    "windows_logical_disk_free_bytes": "windows_logical_disk_size_bytes",
  ]
  private static let allWholes = Set(wholes.values)
}
