import ConfigurationReading
import Foundation

/// Reads one kubeconfig strictly: a key that is not known stops it, since it may change who we are.
struct KubeconfigReader {
  typealias Value = StrictValue<KubeconfigError>
  typealias Mapping = StrictMapping<KubeconfigError>

  var file: String

  func read(_ text: String) throws(KubeconfigError) -> Kubeconfig {
    let whole = try Value(yaml: text, file: file).mapping(
      KeyTable(
        required: ["clusters", "contexts"],
        optional: ["apiVersion", "kind", "preferences", "extensions", "current-context", "users"]))
    var config = Kubeconfig()
    if let context = try whole["current-context"]?.text(canBeEmpty: true), !context.isEmpty {
      config.currentContext = context
    }
    config.clusters = try named("cluster", whole["clusters"], cluster)
    config.users = try named("user", whole["users"], user)
    config.contexts = try named("context", whole["contexts"], context)
    return config
  }

  private func named<Entry>(
    _ key: String, _ list: Value?, _ read: (Value) throws(KubeconfigError) -> Entry
  ) throws(KubeconfigError) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    guard let list else { return entries }
    for entry in try list.list() {
      let mapping = try entry.mapping(KeyTable(required: ["name", key]))
      let name = try mapping.value("name").text()
      guard entries[name] == nil else {
        throw mapping.problem(at: "name", "there are two entries of the name “\(name.prefix(80))”")
      }
      entries[name] = try read(try mapping.value(key))
    }
    return entries
  }

  private func cluster(_ value: Value) throws(KubeconfigError) -> Kubeconfig.Cluster {
    let mapping = try value.mapping(
      KeyTable(
        required: ["server"],
        optional: [
          "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name",
          "proxy-url", "disable-compression", "extensions", "api-version",
        ]))
    var cluster = Kubeconfig.Cluster(place: value.problem(""))
    let server = try mapping.value("server").text()
    guard server.hasPrefix("https://") || server.hasPrefix("http://"), !server.contains("@") else {
      throw mapping.problem(at: "server", "“server” must be an address that begins with https://, without a password")
    }
    cluster.server = String(server.reversed().drop { $0 == "/" }.reversed())
    cluster.authority = try pem(mapping, "certificate-authority")
    cluster.verifiesServer = try !(mapping["insecure-skip-tls-verify"]?.flag() ?? false)
    if !cluster.verifiesServer, cluster.authority != nil {
      throw mapping.problem(
        at: "insecure-skip-tls-verify", "a certificate authority and insecure-skip-tls-verify exclude each other")
    }
    cluster.serverName = try mapping["tls-server-name"]?.text()
    if let proxy = try mapping["proxy-url"]?.text() {
      let schemes = ["http://", "https://", "socks5://"]
      guard schemes.contains(where: { proxy.hasPrefix($0) }) else {
        throw mapping.problem(at: "proxy-url", "“proxy-url” must begin with \(schemes.joined(separator: ", "))")
      }
      cluster.proxy = proxy
    }
    return cluster
  }

  private func user(_ value: Value) throws(KubeconfigError) -> Kubeconfig.User {
    let unsupported = ["auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra"]
    let mapping = try value.mapping(
      KeyTable(
        optional: [
          "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
          "exec", "extensions",
        ] + unsupported))
    for key in unsupported where mapping[key] != nil { throw mapping.problem(at: key, Self.refusal(key)) }
    var user = Kubeconfig.User(place: value.problem(""))
    user.token = try mapping["token"]?.text()
    user.tokenFile = try mapping["tokenFile"]?.text(canBeEmpty: false).resolved(against: file)
    user.certificate = try pem(mapping, "client-certificate")
    user.key = try pem(mapping, "client-key")
    guard (user.certificate == nil) == (user.key == nil) else {
      throw value.problem("a client's certificate and its key are needed together; one of them is missing")
    }
    if let exec = mapping["exec"] { user.exec = try plugin(exec) }
    return user
  }

  private static func refusal(_ key: String) -> String {
    switch key {
    case "auth-provider":
      "“auth-provider” is not supported, as in Kubernetes since 1.26; use an exec plugin or a token"
    case "username", "password": "user and password are not supported, as in Kubernetes since 1.19; use a token"
    default: "“\(key)” (acting as somebody else) is not supported; use a user with the read-only role"
    }
  }

  private func context(_ value: Value) throws(KubeconfigError) -> Kubeconfig.Context {
    let mapping = try value.mapping(KeyTable(required: ["cluster"], optional: ["user", "namespace", "extensions"]))
    return Kubeconfig.Context(
      place: value.problem(""), cluster: try mapping.value("cluster").text(),
      user: try mapping["user"]?.text(canBeEmpty: true), namespace: try mapping["namespace"]?.text())
  }

  private func plugin(_ value: Value) throws(KubeconfigError) -> ExecPlugin {
    let mapping = try value.mapping(
      KeyTable(
        required: ["command", "apiVersion"],
        optional: ["args", "env", "installHint", "provideClusterInfo", "interactiveMode"]))
    let version = try mapping.value("apiVersion").text()
    guard ExecPlugin.knownVersions.contains(version) else {
      throw mapping.problem(
        at: "apiVersion", "“apiVersion” must be one of \(ExecPlugin.knownVersions.joined(separator: ", "))")
    }
    if try mapping["interactiveMode"]?.text() == "Always" {
      throw mapping.problem(at: "interactiveMode", "a plugin that must ask somebody cannot be run here")
    }
    let command = try mapping.value("command").text()
    var plugin = ExecPlugin(
      command: command.contains("/") ? command.resolved(against: file) : command, apiVersion: version)
    if let arguments = mapping["args"] {
      for argument in try arguments.list() { plugin.arguments.append(try argument.text(canBeEmpty: true)) }
    }
    if let variables = mapping["env"] {
      for variable in try variables.list() {
        let pair = try variable.mapping(KeyTable(required: ["name", "value"]))
        plugin.environment[try pair.value("name").text()] = try pair.value("value").text(canBeEmpty: true)
      }
    }
    plugin.installHint = try mapping["installHint"]?.text()
    plugin.wantsClusterInfo = try mapping["provideClusterInfo"]?.flag() ?? false
    return plugin
  }

  /// `<key>-data` in Base64, or else the file that `<key>` names.
  private func pem(_ mapping: Mapping, _ key: String) throws(KubeconfigError) -> Kubeconfig.PEM? {
    if let text = try mapping["\(key)-data"]?.text(canBeEmpty: true), !text.isEmpty {
      guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
        throw mapping.problem(at: "\(key)-data", "“\(key)-data” must be Base64")
      }
      return .bytes([UInt8](data))
    }
    guard let path = try mapping[key]?.text(canBeEmpty: true), !path.isEmpty else { return nil }
    return .file(path.resolved(against: file))
  }
}

extension String {
  /// A path as it is meant in a file: from that file's folder.
  fileprivate func resolved(against file: String) -> String {
    guard !hasPrefix("/") else { return self }
    return URL(filePath: file).deletingLastPathComponent().appending(path: self).path
  }
}
