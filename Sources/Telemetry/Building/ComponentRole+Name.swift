import IncidentModel

extension ComponentRole {
  private static let words: [(ComponentRole, Set<String>)] = [
    (
      .database,
      [
        "db", "database", "sql", "mysql", "mariadb", "postgres", "postgresql", "pg", "mongo", "mongodb", "cassandra",
        "oracle", "mssql", "sqlite", "dynamodb", "elasticsearch", "clickhouse", "etcd", "rds", "cockroach",
      ]
    ),
    (.cache, ["redis", "memcache", "memcached", "cache", "varnish", "valkey"]),
    (.queue, ["kafka", "rabbitmq", "nats", "sqs", "sns", "queue", "broker", "pulsar", "activemq", "mq", "amqp"]),
    (
      .gateway,
      ["gateway", "ingress", "nginx", "envoy", "haproxy", "traefik", "proxy", "lb", "loadbalancer", "apigateway"]
    ),
  ]

  /// From common product names and words in a component's name; `application` where none is found.
  package init(inferredFromName name: String) {
    let parts = MetricWords.split(name)
    self = Self.words.first { !$0.1.isDisjoint(with: parts) }?.0 ?? .application
  }
}
