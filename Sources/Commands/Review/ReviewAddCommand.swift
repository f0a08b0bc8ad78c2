import ArgumentParser
import BlackboardStore
import Foundation
import IncidentModel
import Reporting
import RunbookExecution
import Runbooks

extension ReviewCommand {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Lay the advice of finished investigations on the desk.",
      discussion: """
        From a store, the last investigation of each incident; from a report, what it recommends. A report does not hold \
        what a change replaced, so that such an input is left for a person to give.

        tocsin review add sqlite:incidents.sqlite
        tocsin review add report.json
        """)
    @Argument(
      help: ArgumentHelp(
        "What --store of investigate wrote, sqlite:FILE, or a report of --format json.", valueName: "store or report"))
    var location: String
    @Option(help: ArgumentHelp("Only this incident.", valueName: "id")) var id: String?
    @OptionGroup var desk: DeskOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let library = try RunbookCommand.library(try global.projectFolder().runbooks)
      let desk = try desk.desk(global)
      let all = location.hasSuffix(".json") ? try report() : try await stored()
      var count = 0
      for advised in all {
        let records = try await CommandFailure.translating { try await desk.take(advised, library: library) }
        for record in records {
          global.console.result(
            ReviewText(record: record, memory: OutcomeMemory(), now: DeskOptions.now).line)
        }
        count += records.count
      }
      if count == 0 { global.console.note("no runbook was recommended") }
    }

    /// What was found before is superseded: of each incident only the last investigation counts.
    private func stored() async throws -> [Proposal.Advised] {
      let storage = try await StoreLocation.existing(location)
      var last: [String: StoredInvestigation] = [:]
      var order: [String] = []
      for investigation in try await storage.investigations() {
        let incident = investigation.id.incident
        guard id == nil || incident == id else { continue }
        if last.updateValue(investigation, forKey: incident) == nil { order.append(incident) }
      }
      var all: [Proposal.Advised] = []
      for investigation in order.compactMap({ last[$0] }) {
        let snapshot = BlackboardSnapshot(entries: try await storage.entries(of: investigation.id))
        if let advised = Proposal.Advised(snapshot) { all.append(advised) }
      }
      return all
    }

    private func report() throws -> [Proposal.Advised] {
      guard let data = FileManager.default.contents(atPath: location) else {
        throw CommandFailure(.usage, "\(location) cannot be read")
      }
      let report: IncidentReport
      do {
        report = try JSONDecoder().decode(IncidentReport.self, from: data)
      } catch {
        throw CommandFailure(
          .badInput, "\(location) is no report", hint: "tocsin investigate CASE --format json --output report.json")
      }
      guard report.schema == IncidentReport.schemaName else {
        throw CommandFailure(
          .badInput, "\(location) is a \(report.schema.prefix(40)), not a \(IncidentReport.schemaName)")
      }
      guard id == nil || report.incident.id == id else { return [] }
      return [Proposal.Advised(report)]
    }
  }
}

extension Proposal.Advised {
  init(_ report: IncidentReport) {
    self.init(
      incident: report.incident.id, title: report.incident.title, judged: report.findings.map(JudgedHypothesis.init),
      remediations: report.remediations.map(Remediation.init))
  }
}

extension JudgedHypothesis {
  fileprivate init(_ finding: IncidentReport.Finding) {
    self.init(
      hypothesis: Hypothesis(
        id: finding.id, component: finding.component, componentKind: finding.componentKind,
        componentRole: finding.componentRole, metric: finding.metric, fault: finding.fault, cause: finding.cause,
        onset: finding.onset, score: finding.confidence, confidence: finding.confidence, statement: finding.statement,
        propagation: finding.propagation, channelShares: finding.channels,
        evidence: finding.evidence.map { item in
          Evidence(
            kind: item.kind, supports: item.supports, statement: item.statement, query: item.query,
            digest: item.digest, value: item.value, unit: item.unit)
        }), critiques: [], confidence: finding.confidence, isVetoed: finding.vetoed)
  }
}

extension Remediation {
  fileprivate init(_ advice: IncidentReport.Advice) {
    self.init(
      id: advice.id, hypothesis: advice.finding, runbook: advice.runbook, title: advice.title,
      preconditions: advice.preconditions, steps: advice.steps, risk: advice.risk, blastRadius: advice.blastRadius,
      isReversible: advice.reversible, requiresApproval: advice.approval == .required,
      expectedEffect: advice.expectedEffect, verification: advice.verification, reason: advice.reason)
  }
}
