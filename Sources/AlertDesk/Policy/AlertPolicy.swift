import ConfigurationReading
import IncidentModel

/// A whole policy: what an `alertmanager.yml` says, and what the desk may do beyond it.
///
/// A policy file is an `alertmanager.yml` with more keys, or has those keys and includes one. A file without any of them is
/// an `alertmanager.yml` and nothing else.
package struct AlertPolicy: Hashable, Sendable {
  package var file: String
  package var alertmanager: AlertmanagerConfiguration
  package var rules: DeskRules
  /// Of the system that the alerts are about; whoever reads `rules.correlation.topology` puts it here.
  package var serviceMap = ServiceMap()

  /// - Throws: `PolicyProblem` with the place of what is wrong, in this file or in the included one.
  package init(file: String, syntax: MatcherSyntax = .fallback) throws(PolicyProblem) {
    let text = try TextFile<PolicyProblem>.read(file, maximumBytes: AlertmanagerConfiguration.maximumBytes)
    try self.init(yaml: text, file: file, syntax: syntax)
  }

  package init(yaml: String, file: String, syntax: MatcherSyntax = .fallback) throws(PolicyProblem) {
    self.file = file
    let whole = try PolicyValue(yaml: AlertmanagerConfiguration.firstDocument(yaml), file: file)
    let mapping = try whole.mapping().merged()
    if let include = mapping["include"] {
      let known = DeskRulesReader.keys + ["include"]
      if let twice = mapping.keys.first(where: AlertmanagerConfiguration.keys.contains) {
        throw mapping.problem(at: twice, "“\(twice)” belongs into the file that is included")
      }
      try mapping.requireKnown(known)
      alertmanager = try AlertmanagerConfiguration(
        file: try include.text().path(beside: file), syntax: syntax)
    } else {
      alertmanager = try AlertmanagerConfiguration(whole, file: file, syntax: syntax, beyond: DeskRulesReader.keys)
    }
    rules = try DeskRulesReader(alertmanager: alertmanager, syntax: syntax, file: file).rules(mapping)
    for entry in rules.environment {
      guard let place = alertmanager.receivers.firstIndex(where: { $0.name == entry.receiver }) else { continue }
      for integration in alertmanager.receivers[place].integrations.indices {
        alertmanager.receivers[place].integrations[integration].settings[
          entry.setting + Receiver.Integration.variableSuffix] = entry.variable
      }
    }
    for entry in rules.files {
      guard let place = alertmanager.receivers.firstIndex(where: { $0.name == entry.receiver }) else { continue }
      alertmanager.receivers[place].integrations.append(
        Receiver.Integration(
          kind: Receiver.Integration.fileKind, sendsResolved: true, settings: ["path": entry.path]))
    }
  }

  /// Alertmanager's way and nothing beyond it.
  package init(_ alertmanager: AlertmanagerConfiguration) {
    file = alertmanager.file
    self.alertmanager = alertmanager
    rules = DeskRules()
  }
}

extension String {
  /// As a path that a file names: from the file's own folder.
  func path(beside file: String) -> String {
    guard !hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return self }
    return file[...slash] + self
  }
}
