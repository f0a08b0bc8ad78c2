extension Fault {
  /// A migration took an index away that every product page needs.
  static let droppedIndex = Fault(
    name: "dropped-index", summary: "an index is gone, and a frequent query reads the whole table", kind: .config,
    targets: ["postgres"], metric: "cpu_cores",
    bites: [.rises("cpu_cores", factor: 2.5), .rises("rows_read_per_second", factor: 10)]
  ) { lab, target in
    lab.whenRestored { try lab.sql(PostgresPart.reviewIndex) }
    try lab.sql("DROP INDEX review_product")
    try lab.record(target, .config, "schema migration 118 applied", from: "117", to: "118")
  }
}
