import IncidentModel

/// A sentence and the evidence it rests on.
struct Claim: Hashable {
  var text: String
  /// Evidence identifiers.
  var marks: [String]
  /// True for what speaks against the finding it stands with.
  var isAgainst = false
}

/// What the first screen says: why the leading cause leads, and why the others lost.
struct VerdictSummary {
  var lead: IncidentReport.Finding?
  /// The strongest first; what speaks against it last.
  var why: [Claim] = []
  var runnerUp: Loser?
  /// Suspects that a test rules out, other than the runner-up.
  var ruledOut: [Loser] = []

  struct Loser: Hashable {
    var finding: IncidentReport.Finding
    var reason: Claim
  }

  init(_ report: IncidentReport) {
    lead = report.findings.first { !$0.vetoed }
    if let lead { why = Self.reasons(for: lead) }
    // One that names the same place and no mechanism is no other answer.
    let others = report.findings.filter { finding in
      finding.id != lead?.id
        && !(finding.component == lead?.component && finding.cause == nil && lead?.cause != nil)
    }
    runnerUp = others.first { !$0.vetoed }.map { Loser(finding: $0, reason: Self.reason(against: $0, lead: lead)) }
    ruledOut = others.filter(\.vetoed).map { Loser(finding: $0, reason: Self.reason(against: $0, lead: lead)) }
  }

  /// The finding's own sentence, the tests that it passed, then evidence that neither cites.
  private static func reasons(for finding: IncidentReport.Finding) -> [Claim] {
    let supporting = finding.evidence.filter(\.supports)
    var claims = [Claim(text: finding.statement, marks: supporting.prefix(2).map(\.id))]
    let passed = finding.critiques.filter { $0.verdict == .supports }
    claims += passed.prefix(2).map { Claim(text: $0.statement, marks: Array($0.evidence.prefix(2))) }
    // The first item is what the sentence is made from; showing it again would say the same twice.
    let cited = Set(claims.flatMap(\.marks).filter { $0 != supporting.dropFirst().first?.id })
    let said = Set(claims.map(\.text))
    claims += supporting.filter { !cited.contains($0.id) && !said.contains($0.statement) }.prefix(4).map {
      Claim(text: $0.statement, marks: [$0.id])
    }
    claims += finding.critiques.filter { $0.verdict == .weakens }.prefix(2).map {
      Claim(text: $0.statement, marks: Array($0.evidence.prefix(2)), isAgainst: true)
    }
    return claims
  }

  /// The test that rules it out, otherwise how it compares with the lead, otherwise the test that cost it most.
  private static func reason(against finding: IncidentReport.Finding, lead: IncidentReport.Finding?) -> Claim {
    let failed = finding.critiques.filter { $0.verdict == .vetoes || $0.verdict == .weakens }
    let worst = failed.min { $0.factor < $1.factor }
    let comparison = finding.vetoed ? nil : finding.critiques.first { $0.test == Critique.besideLeader }
    if let decisive = comparison ?? worst {
      return Claim(text: decisive.statement, marks: Array(decisive.evidence.prefix(2)), isAgainst: true)
    }
    let best = finding.evidence.first
    let statement = best?.statement ?? finding.statement
    return Claim(
      text: lead == nil ? statement : "its evidence is weaker: \(statement)", marks: best.map { [$0.id] } ?? [],
      isAgainst: true)
  }
}
