import IncidentModel

/// What Prometheus' standard exporters call their metrics where the words of the name would mislead. Whoever runs another
/// exporter adds its names here; whatever is not here is read by its words (`MetricWords`).
enum ExporterMetrics {
  struct Reading {
    var metricClass: MetricClass
    /// Whether it only ever rises although its name does not end like a counter's.
    var isCounter = false
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
  private static let requests = Reading(metricClass: .throughput, isCounter: true)
  private static let errors = Reading(metricClass: .errors, isCounter: true)
  private static let waits = Reading(metricClass: .saturation, isCounter: true)
  /// Says nothing about how its component does: settings, clocks, and how a resource that is in use is divided.
  private static let nothing = Reading(metricClass: .other)

  /// A name that ends in `*` stands for all that begin so.
  private static let table: [Substring: Reading] = [
    // node_exporter: of memory only what is available tells; caches fill because there is room.
    "node_memory_*": nothing, "node_memory_MemAvailable_bytes": memory, "node_memory_SwapFree_bytes": memory,
    "node_time_*": nothing, "node_timex_*": nothing, "node_scrape_*": nothing, "node_textfile_*": nothing,
    "node_filefd_allocated": saturation, "node_filesystem_size_bytes": nothing, "node_filesystem_files": nothing,
    "node_filesystem_device_error": disk, "node_filesystem_readonly": disk,
    "node_network_receive_errs_total": network, "node_network_transmit_errs_total": network,
    "node_netstat_Tcp_CurrEstab": connections, "node_sockstat_*": connections,
    "node_nf_conntrack_entries_limit": nothing,
    // postgres_exporter: settings do not move, and sessions are not requests.
    "pg_settings_*": nothing, "pg_exporter_*": nothing, "pg_stat_activity_count": connections,
    "pg_stat_activity_max_tx_duration": saturation, "pg_stat_database_numbackends": connections,
    "pg_stat_database_xact_commit": requests, "pg_stat_database_xact_rollback": errors,
    "pg_stat_database_conflicts": errors, "pg_stat_database_deadlocks": waits, "pg_stat_database_*": nothing,
    "pg_replication_lag": saturation, "pg_replication_lag_seconds": saturation,
    // redis_exporter
    "redis_exporter_*": nothing, "redis_config_*": nothing, "redis_connected_clients": connections,
    "redis_blocked_clients": saturation, "redis_memory_max_bytes": nothing, "redis_mem_*": nothing,
    "redis_total_system_memory_bytes": nothing, "redis_memory_used_peak_bytes": nothing,
    "redis_memory_used_startup_bytes": nothing, "redis_memory_used_overhead_bytes": nothing,
    "redis_memory_used_dataset_bytes": nothing, "redis_slowlog_*": nothing,
    "redis_last_slow_execution_duration_seconds": nothing, "redis_latency_spike_*": nothing,
    "redis_commands_processed_total": requests, "redis_commands_total": requests,
    "redis_master_link_up": availability,
    "redis_rdb_*": nothing, "redis_aof_*": nothing, "redis_defrag_*": nothing,
    // nginx's stub status, and its module for the status of upstreams
    "nginx_connections_accepted": requests, "nginx_connections_handled": requests,
    "nginx_connections_waiting": connections, "nginx_connections_reading": connections,
    "nginx_connections_writing": connections, "nginx_vts_main_connections": connections,
    // mysqld_exporter
    "mysql_global_variables_*": nothing, "mysql_exporter_*": nothing,
    "mysql_global_status_threads_connected": connections,
    "mysql_global_status_threads_*": nothing, "mysql_global_status_threads_running": saturation,
    "mysql_global_status_connections": requests, "mysql_global_status_queries": requests,
    "mysql_global_status_questions": requests, "mysql_global_status_aborted_*": errors,
    "mysql_global_status_slow_queries": waits, "mysql_global_status_innodb_row_lock_waits": waits,
    "mysql_global_status_innodb_row_lock_time": waits, "mysql_global_status_innodb_row_lock_*": nothing,
    "mysql_global_status_innodb_row_lock_current_waits": saturation,
    "mysql_global_status_innodb_buffer_pool_*": nothing,
    "mysql_global_status_buffer_pool_*": nothing, "mysql_global_status_max_*": nothing,
    "mysql_global_status_uptime*": nothing, "mysql_slave_status_seconds_behind_master": saturation,
    "mysql_replica_status_seconds_behind_source": saturation,
    // haproxy, by itself and by its exporter
    "haproxy_exporter_*": nothing, "haproxy_backend_limit_sessions": nothing,
    "haproxy_frontend_limit_sessions": nothing,
    "haproxy_server_limit_sessions": nothing, "haproxy_backend_max_*": nothing, "haproxy_server_max_*": nothing,
    "haproxy_frontend_max_*": nothing, "haproxy_process_max_*": nothing, "haproxy_backend_active_servers": availability,
    // kube-state-metrics and cAdvisor: what was promised does not move, and page faults are no errors.
    "kube_node_status_capacity": nothing, "kube_node_status_allocatable": nothing, "container_spec_*": nothing,
    "container_last_seen": nothing, "container_memory_cache": nothing, "container_memory_mapped_file": nothing,
    "container_memory_max_usage_bytes": nothing, "container_memory_failures_total": nothing,
    "container_fs_limit_bytes": nothing,
    "container_file_descriptors": saturation, "container_network_receive_errors_total": network,
    "container_network_transmit_errors_total": network, "container_sockets": connections,
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
