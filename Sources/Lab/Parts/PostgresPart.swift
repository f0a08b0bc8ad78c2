import Foundation
import Shop

/// PostgreSQL with a data folder of its own; what buyers leave lies on a small disk of its own, or without root in a
/// folder.
struct PostgresPart {
  var layout: LabLayout
  var journal: Journal

  static let reviews = 800_000
  private static let diskMegabytes = 32

  private var folder: String { layout.folder(of: "postgres") }
  /// PostgreSQL refuses to run as root.
  private static var user: String? { getuid() == 0 ? "postgres" : nil }
  /// The small disk.
  static func diskFolder(_ layout: LabLayout) -> String { "\(layout.folder(of: "postgres"))/disk" }

  /// Where Debian keeps the newest version's programs.
  static func programFolder() -> String? {
    let base = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap(Int.init).sorted()
    return versions.last.map { "\(base)/\($0)/bin" }
  }

  func prepare() throws {
    guard let programs = Self.programFolder() else { throw LabError("PostgreSQL is not installed") }
    let disk = Self.diskFolder(layout)
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    var command = [
      "\(programs)/initdb", "-D", "\(folder)/data", "-A", "trust", "-U", "shop", "--no-sync", "-E", "UTF8",
      "--locale=C.UTF-8",
    ]
    if layout.isolation == .namespaces {
      journal.willMount(disk)
      try Tool.run(["mount", "-t", "tmpfs", "-o", "size=\(Self.diskMegabytes)m,mode=0700", "tocsin-lab", disk])
    }
    if let user = Self.user {
      try Tool.run(["chown", "-R", "\(user):\(user)", folder])
      command = ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] + command
    }
    if layout.isolation == .namespaces {
      // As a member of the lab, but without PostgreSQL's own limit.
      command = try ControlGroup().joining("\(layout.controlGroup)/\(ControlGroup.unlimited)") + command
    }
    try Tool.run(command)
    let rules = "\(folder)/data/pg_hba.conf"
    let access = try String(contentsOfFile: rules, encoding: .utf8) + "host all all \(layout.network) trust\n"
    try Data(access.utf8).write(to: URL(fileURLWithPath: rules))
  }

  func plan() throws -> ProcessPlan {
    guard let programs = Self.programFolder() else { throw LabError("PostgreSQL is not installed") }
    // The write-ahead log goes straight to the disk, so that a slow disk is felt.
    let settings = [
      "listen_addresses=\(layout.listenAddress(of: "postgres"))", "unix_socket_directories=\(folder)",
      "max_connections=50", "shared_buffers=48MB",
      "wal_level=minimal", "max_wal_senders=0", "wal_sync_method=open_datasync", "max_wal_size=256MB",
      "max_parallel_workers_per_gather=0", "jit=off", "log_line_prefix=%n ", "log_lock_waits=on",
      "log_min_duration_statement=400", "lc_messages=C.UTF-8", "deadlock_timeout=500ms",
    ]
    return ProcessPlan(
      name: "postgres", component: "postgres", user: Self.user,
      command: ["\(programs)/postgres", "-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] },
      logFile: layout.logFile(of: "postgres"))
  }

  func fill() throws {
    let address = layout.address(of: "postgres")
    let first = try PostgresConnection(address: address, database: "postgres", user: "shop", timeoutSeconds: 20)
    try first.query("CREATE DATABASE shop")
    try first.query("CREATE TABLESPACE small LOCATION '\(Self.diskFolder(layout))'")
    let shop = try PostgresConnection(address: address, database: "shop", user: "shop", timeoutSeconds: 60)
    for statement in Self.statements { try shop.query(statement) }
  }

  static let reviewIndex = "CREATE INDEX review_product ON review (product)"

  private static let statements = [
    "CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL, category int NOT NULL)",
    "INSERT INTO product SELECT n, 'product ' || n, 5 + n % 90, 1 + n % 40 FROM generate_series(1, 600) n",
    "CREATE INDEX product_category ON product (category)",
    "CREATE TABLE review (product int NOT NULL, stars int NOT NULL)",
    "INSERT INTO review SELECT 1 + n % 600, 1 + n % 5 FROM generate_series(1, \(reviews)) n",
    reviewIndex,
    "CREATE TABLE stock (product int PRIMARY KEY, amount bigint NOT NULL)",
    "INSERT INTO stock SELECT n, 1000000 FROM generate_series(1, 600) n",
    "CREATE TABLE purchase (id bigserial, buyer int, product int, note text, at timestamptz DEFAULT now()) TABLESPACE small",
    "CREATE TABLE charge (id bigserial, buyer int, amount int, at timestamptz DEFAULT now())",
    "VACUUM ANALYZE",
  ]
}
