import AlertDesk
import ConfigurationReading
import Foundation
import HTTPTransport
import LanguageModels

/// The section `server:` of `tocsin.yaml`. Every key is optional; one that is not known is a mistake.
package struct ServerConfiguration: Sendable, Hashable {
  package var address = ServerAddress.standard
  /// Where the store and the recorded cases lie; nil for where the command says.
  package var dataFolder: String?
  /// Names under which people reach the server, besides those of this machine.
  package var hosts: [String] = []
  /// A file with the secret that webhooks show.
  package var webhookSecretFile: String?
  /// An `alertmanager.yml`, or a policy with more.
  package var policyFile: String?
  var sources: [LiveSource.Settings] = []
  var correlation = IncidentLedger.Correlation()
  var schedule = InvestigationSchedule()
  var retention = LoopSettings.Retention()
  package var maximumBodyBytes = 16 << 20
  /// Where people reach the server, for links in messages; nil for where it listens.
  package var externalURL: String?

  package init() {}

  /// What can be read of a project's `tocsin.yaml`, and every mistake in it; what stands outside of `server:` is for
  /// others to judge.
  package static func read(
    projectFolder: String
  ) -> (configuration: ServerConfiguration, problems: [ProjectFileError]) {
    let file = projectFolder + "/" + ModelConfiguration.fileName
    guard FileManager.default.fileExists(atPath: file) else { return (ServerConfiguration(), []) }
    var configuration = ServerConfiguration()
    do {
      let whole = try StrictValue<ProjectFileError>(yaml: try ProjectFile.read(file), file: file).mapping()
      guard let section = whole["server"] else { return (configuration, []) }
      try configuration.read(section, folder: projectFolder)
      if let policy = configuration.policyFile {
        do {
          _ = try LoopSettings.policy(policy)
        } catch {
          return (configuration, [whole.problem(at: "server", "the policy cannot be used: \(error)")])
        }
      }
    } catch {
      return (configuration, [error])
    }
    return (configuration, [])
  }

  private mutating func read(
    _ value: StrictValue<ProjectFileError>, folder: String
  ) throws(ProjectFileError) {
    let section = try value.mapping(
      KeyTable(optional: [
        "listen", "dataFolder", "hosts", "webhookSecretFile", "policy", "sources", "correlation", "investigations",
        "retention", "maximumBodyBytes", "externalURL",
      ]))
    func path(_ text: String) -> String { text.hasPrefix("/") ? text : folder + "/" + text }
    if let value = section["listen"] {
      guard let address = ServerAddress(try value.text()) else {
        throw value.problem("“listen” must be an address and a port, as in 127.0.0.1:8787")
      }
      self.address = address
    }
    if let value = section["dataFolder"] { dataFolder = path(try value.text()) }
    if let value = section["webhookSecretFile"] { webhookSecretFile = path(try value.text()) }
    if let value = section["externalURL"] {
      let url = try value.text()
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw value.problem("“externalURL” must begin with http:// or https://")
      }
      externalURL = url
    }
    if let value = section["policy"] { policyFile = path(try value.text()) }
    for value in try section["hosts"]?.list() ?? [] { hosts.append(try value.text()) }
    for value in try section["sources"]?.list() ?? [] { sources.append(try Self.source(value, path)) }
    if let value = section["correlation"] { try readCorrelation(value) }
    if let value = section["investigations"] { try readSchedule(value) }
    if let value = section["retention"] { try readRetention(value) }
    if let value = section["maximumBodyBytes"] { maximumBodyBytes = try value.integer(in: 1024...(64 << 20)) }
    let names = sources.map(\.name)
    guard Set(names).count == names.count else { throw value.problem("two sources have the same name") }
  }

  private static func source(
    _ value: StrictValue<ProjectFileError>, _ path: (String) -> String
  ) throws(ProjectFileError) -> LiveSource.Settings {
    let entry = try value.mapping(
      KeyTable(
        required: ["name", "kind", "url"], optional: ["tokenFile", "tenant", "deadlineSeconds", "maximumResponseBytes"])
    )
    let url = try entry.value("url").text()
    guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains("@") else {
      throw entry.problem(at: "url", "“url” must begin with http:// or https:// and hold no password")
    }
    var source = LiveSource.Settings(
      name: try entry.value("name").text(), kind: try entry.value("kind").choice(), url: url)
    if let value = entry["tokenFile"] { source.tokenFile = path(try value.text()) }
    if let value = entry["tenant"] { source.tenant = try value.text() }
    if let value = entry["deadlineSeconds"] { source.deadlineSeconds = try value.number(in: 1...120) }
    if let value = entry["maximumResponseBytes"] {
      source.maximumResponseBytes = try value.integer(in: 1024...(1 << 30))
    }
    return source
  }

  private mutating func readCorrelation(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) {
    let entry = try value.mapping(KeyTable(optional: ["scope", "nearSeconds", "quietSeconds"]))
    if let value = entry["scope"] {
      correlation.scopeLabels = []
      for label in try value.list() { correlation.scopeLabels.append(try label.text()) }
    }
    if let value = entry["nearSeconds"] { correlation.nearSeconds = try value.number(in: 1...86_400) }
    if let value = entry["quietSeconds"] { correlation.quietSeconds = try value.number(in: 1...86_400) }
  }

  private mutating func readSchedule(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) {
    let entry = try value.mapping(KeyTable(optional: ["parallel", "gapSeconds", "perIncident"]))
    if let value = entry["parallel"] { schedule.parallelCount = try value.integer(in: 1...16) }
    if let value = entry["gapSeconds"] { schedule.gapSeconds = try value.number(in: 1...86_400) }
    if let value = entry["perIncident"] { schedule.maximumGenerations = try value.integer(in: 1...1_000) }
  }

  private mutating func readRetention(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) {
    let entry = try value.mapping(KeyTable(optional: ["days", "incidentBytes", "telemetryMinutes", "telemetryBytes"]))
    if let value = entry["days"] { retention.days = try value.integer(in: 1...3_650) }
    if let value = entry["incidentBytes"] { retention.incidentBytes = try value.integer(in: (1 << 20)...(1 << 40)) }
    if let value = entry["telemetryMinutes"] { retention.telemetryMinutes = try value.integer(in: 1...1_440) }
    if let value = entry["telemetryBytes"] { retention.telemetryBytes = try value.integer(in: 1024...(8 << 30)) }
  }

  /// One more source, as a flag names it: `prometheus=http://…`.
  /// - Returns: false for what is none.
  package mutating func addSource(_ text: String) -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let kind = LiveSource.Settings.Kind(rawValue: parts[0]), parts[1].hasPrefix("http"),
      parts[1].contains("://"), !parts[1].contains("@")
    else { return false }
    sources.append(LiveSource.Settings(name: "\(kind.rawValue)-\(sources.count + 1)", kind: kind, url: parts[1]))
    return true
  }

  /// For links in messages.
  var shownURL: String { externalURL ?? "http://\(address)" }

  func loopSettings() throws -> LoopSettings {
    var settings = try LoopSettings.plain()
    if let policyFile { settings.policy = try LoopSettings.policy(policyFile) }
    settings.correlation = correlation
    settings.schedule = schedule
    settings.retention = retention
    return settings
  }

  /// - Throws: a sentence, where the secret's file cannot be used.
  func accessSettings() throws -> AccessControl.Settings {
    var settings = AccessControl.Settings(address: address, hosts: hosts)
    if let file = webhookSecretFile {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw ServerFailure("the file with the webhooks' secret, \(file), cannot be read")
      }
      let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard secret.utf8.count >= 16 else {
        throw ServerFailure("the webhooks' secret in \(file) has fewer than 16 characters")
      }
      settings.webhookSecret = secret
    }
    return settings
  }

  /// What the settings page shows; nothing of it is a secret.
  var shown: [HealthView.Setting] {
    [
      HealthView.Setting(name: "listen", value: "\(address)"),
      HealthView.Setting(name: "policy", value: policyFile ?? "built in, sends nothing"),
      HealthView.Setting(name: "correlation.scope", value: correlation.scopeLabels.joined(separator: ", ")),
      HealthView.Setting(name: "correlation.nearSeconds", value: Self.number(correlation.nearSeconds)),
      HealthView.Setting(name: "correlation.quietSeconds", value: Self.number(correlation.quietSeconds)),
      HealthView.Setting(name: "investigations.parallel", value: "\(schedule.parallelCount)"),
      HealthView.Setting(name: "investigations.gapSeconds", value: Self.number(schedule.gapSeconds)),
      HealthView.Setting(name: "retention.days", value: "\(retention.days)"),
      HealthView.Setting(name: "retention.incidentBytes", value: "\(retention.incidentBytes)"),
      HealthView.Setting(name: "webhookSecret", value: webhookSecretFile == nil ? "none" : "set"),
    ] + sources.map { HealthView.Setting(name: "source \($0.name)", value: HTTPRequest($0.url).origin) }
  }

  private static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}

/// Why the server does not start, or does not take a new configuration, in one sentence.
package struct ServerFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}
