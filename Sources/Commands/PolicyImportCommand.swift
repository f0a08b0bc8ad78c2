import AlertDesk
import ArgumentParser

extension PolicyCommand {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Write the policy that decides what another tool's configuration decides.",
      discussion: """
        tocsin policy import grafana notification-policies.yaml > policy.yaml

        Of Grafana its YAML export of notification policies, with contact points and mute timings where they are in it.
        What has no counterpart is named on standard error. An alertmanager.yml needs no import: it is read as it is.
        """)

    enum Source: String, ExpressibleByArgument, CaseIterable {
      case grafana
    }

    @Argument(help: "What the file is of: grafana.") var source: Source
    @Argument(help: ArgumentHelp("The export.", valueName: "file")) var file: String
    @OptionGroup var global: GlobalOptions

    func run() throws {
      do {
        let imported = try GrafanaPolicies(file: file)
        // What is written must be a policy.
        _ = try AlertPolicy(yaml: imported.policy, file: file)
        for sentence in imported.leftOut { global.console.note(sentence) }
        global.console.result(String(imported.policy.dropLast()))
      } catch {
        throw CommandFailure(.badInput, "\(error)", hint: "docs/alert-desk.md says what can be imported")
      }
    }
  }
}
