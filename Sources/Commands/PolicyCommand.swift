import AlertDesk
import ArgumentParser
import Foundation
import Telemetry

/// Alert policy: checked, tried, explained.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Alert policy, as an alertmanager.yml or a policy file says it.",
    subcommands: [Check.self, Route.self, Explain.self, Replay.self, Interleave.self, Import.self, Benchmark.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract:
        "Say whether a policy is right, and if not, where it is wrong; without keys beyond Alertmanager's as it would.")
    @Argument(help: ArgumentHelp("The policies.", valueName: "file")) var files: [String]
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
      var refused = 0
      for file in files {
        do {
          global.console.result("\(file): \(Self.summary(try policy.reading(file)))")
        } catch {
          refused += 1
          global.console.error("\(error)")
        }
      }
      guard refused == 0 else { throw ExitCode(CommandFailure.Status.badInput.rawValue) }
    }

    private static func summary(_ policy: AlertPolicy) -> String {
      let configuration = policy.alertmanager
      func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
      return [
        count(configuration.tree.routes.count, "route"), count(configuration.receivers.count, "receiver"),
        count(configuration.inhibitRules.count, "inhibit rule"), count(configuration.intervals.count, "time interval"),
        count(configuration.templates.count, "template"),
      ].joined(separator: ", ")
        + (policy.rules.switchedOn.isEmpty
          ? "" : "; beyond Alertmanager: " + policy.rules.switchedOn.joined(separator: ", "))
    }
  }

  struct Route: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "route", abstract: "Say which receivers an alert with these labels goes to.",
      discussion: """
        tocsin policy route alertmanager.yml severity=page cluster=eu-1

        Prints the receivers in the order of the routes, with commas between, as amtool config routes test does.
        """)
    @Argument(help: ArgumentHelp("The configuration.", valueName: "file")) var file: String
    @Argument(help: ArgumentHelp("The alert's labels.", valueName: "name=value")) var labels: [String] = []
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
      let configuration = try policy.policy(file).alertmanager
      let labels = try policy.labels(self.labels)
      let receivers = configuration.tree.matching(labels).map { configuration.tree.routes[$0].receiver }
      global.console.result(receivers.joined(separator: ","))
    }
  }
}

/// How a policy is read.
struct PolicyOptions: ParsableArguments {
  @Option(help: "How matchers are written: fallback takes both ways as Alertmanager does, utf8 and classic one alone.")
  var matchers: MatcherSyntax = .fallback

  /// With the service map that the policy names.
  func reading(_ file: String) throws -> AlertPolicy {
    var policy = try AlertPolicy(file: file, syntax: matchers)
    if let topology = policy.rules.correlation?.topology { policy.serviceMap = try TopologyFile.read(topology) }
    return policy
  }

  func policy(_ file: String) throws -> AlertPolicy {
    do {
      return try reading(file)
    } catch {
      throw CommandFailure(.badInput, "\(error)", hint: "docs/alert-desk.md says what is read and how")
    }
  }

  /// Labels as arguments, each like an equality matcher.
  func labels(_ arguments: [String]) throws -> LabelSet {
    var labels: [(name: String, value: String)] = []
    for argument in arguments {
      guard let matcher = try? matchers.matcher(argument), matcher.operation == .equal else {
        throw CommandFailure(.usage, "“\(argument)” is no label", hint: "labels are written name=value")
      }
      labels.append((matcher.name, matcher.value))
    }
    return LabelSet(labels)
  }
}

extension MatcherSyntax: ExpressibleByArgument {}
