/// How Alertmanager talks to receivers: the keys that all of them share.
enum HTTPSchema {
  static let tls = FieldTable(
    fields: texts(
      "ca", "cert", "key", "ca_file", "cert_file", "key_file", "ca_ref", "cert_ref", "key_ref", "server_name"
    ).merging(["insecure_skip_verify": .flag, "min_version": .text, "max_version": .text]) { $1 },
    rules: [
      .atMostOne(["ca", "ca_file", "ca_ref"]), .atMostOne(["cert", "cert_file", "cert_ref"]),
      .atMostOne(["key", "key_file", "key_ref"]), .choice("min_version", versions), .choice("max_version", versions),
    ])

  private static let versions = ["TLS10", "TLS11", "TLS12", "TLS13"]

  private static let proxy: [String: FieldKind] = [
    "proxy_url": .text, "no_proxy": .text, "proxy_from_environment": .flag, "proxy_connect_header": .anything,
  ]

  private static let basicAuth = FieldTable(
    fields: texts("username", "username_file", "username_ref", "password", "password_file", "password_ref"),
    rules: [
      .atMostOne(["username", "username_file", "username_ref"]),
      .atMostOne(["password", "password_file", "password_ref"]),
    ])

  private static let authorization = FieldTable(
    fields: texts("type", "credentials", "credentials_file", "credentials_ref"),
    rules: [.atMostOne(["credentials", "credentials_file", "credentials_ref"])])

  private static let oauth2 = FieldTable(
    fields: texts("client_id", "client_secret", "client_secret_file", "client_secret_ref", "token_url")
      .merging(["scopes": .textList, "endpoint_params": .textMap, "tls_config": .table(tls)]) { $1 }
      .merging(proxy) { $1 },
    rules: [
      .needsOneOf(["client_id"]), .needsOneOf(["token_url"]),
      .atMostOne(["client_secret", "client_secret_file", "client_secret_ref"]),
    ])

  static let client = FieldTable(
    fields: texts("bearer_token", "bearer_token_file")
      .merging([
        "basic_auth": .table(basicAuth), "authorization": .table(authorization), "oauth2": .table(oauth2),
        "tls_config": .table(tls), "follow_redirects": .flag, "enable_http2": .flag, "http_headers": .anything,
      ]) { $1 }
      .merging(proxy) { $1 },
    rules: [
      .atMostOne(["bearer_token", "bearer_token_file"]),
      .atMostOne(["basic_auth", "oauth2", "bearer_token"]),
      .atMostOne(["basic_auth", "oauth2", "bearer_token_file"]),
      .atMostOne(["authorization", "basic_auth", "oauth2", "bearer_token"]),
      .atMostOne(["authorization", "basic_auth", "oauth2", "bearer_token_file"]),
      .excludes("no_proxy", ["proxy_from_environment"]),
    ])

  static func texts(_ names: String...) -> [String: FieldKind] {
    Dictionary(names.map { ($0, .text) }) { first, _ in first }
  }
}
