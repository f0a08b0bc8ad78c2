import IncidentModel

/// What to look at where no runbook fits: the looks that would tell most for the kind of fault, changing nothing.
struct DiagnosticAdvice {
  private let judged: JudgedHypothesis
  private let runbooks: [Runbook]
  private let matches: [RunbookMatch]
  private let serviceMap: ServiceMap

  /// - Parameter matches: runbooks that fit, but would take back a change that is not on record.
  init(
    for judged: JudgedHypothesis, runbooks: [Runbook], matches: [RunbookMatch] = [], serviceMap: ServiceMap
  ) {
    self.judged = judged
    self.runbooks = runbooks
    self.matches = matches
    self.serviceMap = serviceMap
  }

  private var component: String { judged.hypothesis.component.rawValue }
  private var onset: String { judged.hypothesis.onset.map { "\($0)" } ?? "the onset" }

  /// Numbered by the library.
  var remediation: Remediation {
    Remediation(
      id: "", hypothesis: judged.hypothesis.id, runbook: nil,
      title: matches.isEmpty
        ? "No runbook fits: look closer at \(component)"
        : "Find the change before it is taken back: look at \(component)",
      steps: looks.map { Remediation.Step(kind: .manual, title: $0) }, risk: .low,
      blastRadius: [judged.hypothesis.component], isReversible: true, requiresApproval: false,
      expectedEffect: "Confirms or refutes the finding; nothing is changed.",
      verification: "Each look names what it would show if the finding is right.", reason: reason)
  }

  private var reason: String {
    let hypothesis = judged.hypothesis
    if !matches.isEmpty {
      return "What fits (\(matches.map(\.runbook.name).joined(separator: ", "))) takes back a change, and none of its "
        + "kind is on record near the onset: these steps would find it."
    }
    if hypothesis.fault == .unknown {
      return "No runbook fits: the kind of fault is not known, so these steps would tell it."
    }
    let tooUnsure = runbooks.filter { RunbookMatch.misfit($0, judged, serviceMap) == .confidence }
    guard let lowest = tooUnsure.map(\.appliesTo.minimumConfidence).min() else {
      let role = hypothesis.componentRole
      let scope = role == .unknown ? "" : " in the role \(role.rawValue)"
      return "No runbook fits: the library has none for a \(hypothesis.fault.rawValue) fault of a "
        + "\(hypothesis.componentKind.rawValue)\(scope)."
    }
    return "No runbook fits yet: \(tooUnsure.map(\.name).joined(separator: ", ")) would from "
      + "\(percent(lowest)) on, and the finding is held for \(percent(judged.confidence)) likely."
  }

  /// Two or three looks for the fault, one for the role, and the changes, which help with every fault but traffic.
  private var looks: [String] {
    var looks = faultLooks
    if let roleLook { looks.append(roleLook) }
    if judged.hypothesis.fault != .traffic {
      looks.append(
        "List every deploy, configuration, flag and scaling change to \(component) and to what it calls in the "
          + "two hours before \(onset). A change a few minutes before it makes that change the first suspect.")
    }
    return looks
  }

  private var roleLook: String? {
    switch judged.hypothesis.componentRole {
    case .database:
      "List the longest-running statements and who waits for whose lock in \(component). A queue behind one "
        + "statement points to that statement, not to the machine."
    case .cache:
      "Compare hit rate and evictions of \(component) before and after \(onset). A fall moves load behind it."
    case .queue:
      "Compare arrival rate, consumer rate and oldest message of \(component) before and after \(onset). A growing "
        + "age at an unchanged arrival rate points to the consumers."
    case .gateway:
      "Split the errors and latency of \(component) by upstream. One upstream points behind the gateway, all of "
        + "them to the gateway itself."
    case .external: "Look at the provider's status page and at calls to \(component) from another network."
    case .host: "List what runs on \(component) and which of it slowed at \(onset). All of it points to the host."
    case .application, .unknown: nil
    }
  }

  private var faultLooks: [String] {
    switch judged.hypothesis.fault {
    case .cpu:
      [
        "Compare the CPU time of each replica of \(component) before and after \(onset). One replica points to its "
          + "host or to a hot key, all of them to load or a release.",
        "Take a CPU profile of \(component) for 30 s. One function that was not there before names the cause.",
        "Compare CPU throttling with CPU use. Throttling at moderate use points to a limit that is too low.",
      ]
    case .memory:
      [
        "Draw the resident memory of each replica of \(component) over a day. A steady climb that restarts cut "
          + "down is a leak; a step at \(onset) is a load or a release.",
        "Look for out-of-memory kills of \(component) and for major page faults since \(onset).",
      ]
    case .disk:
      [
        "Compare free space, free inodes and I/O wait on the volumes of \(component) before and after \(onset).",
        "List what writes most there. A log or a temporary file that grew since \(onset) names the cause.",
      ]
    case .networkDelay:
      [
        "Measure round trips between \(component) and each of its callers and callees. One slow pair points to "
          + "that path, all of them to its host.",
        "Split the latency of calls to \(component) into connecting, waiting and reading. Slow connecting points "
          + "to the network, slow waiting to the component.",
      ]
    case .networkLoss:
      [
        "Compare TCP retransmissions, interface errors and drops on the hosts of \(component) and of its callers "
          + "before and after \(onset).",
        "Check firewall, network policy and connection-tracking limits between \(component) and its callers.",
      ]
    case .code:
      [
        "Read the first error that \(component) logged after \(onset) that it had not logged before.",
        "Compare replicas of \(component) by version. Errors on the new one alone point to the release.",
      ]
    case .config:
      [
        "Compare the running configuration of \(component) with the last one known to work.",
        "Read what \(component) logged when it last read its configuration.",
      ]
    case .dependency:
      [
        "Split the failed and slow calls of \(component) by callee. One callee points behind it.",
        "Call that callee directly with the same request. An answer in the usual time points back to \(component).",
      ]
    case .traffic:
      [
        "Split the requests to \(component) by caller, route and client before and after \(onset). One source "
          + "points to a client or a retry storm, all of them to demand.",
        "Compare requests with retries. More retries than new requests means that the cause lies elsewhere.",
      ]
    case .certificate:
      [
        "Read the validity dates and the chain of each certificate that \(component) serves or presents.",
        "Compare the clocks of \(component) and its callers. A skewed clock makes a valid certificate look expired.",
      ]
    case .unknown:
      [
        "Read the first error or warning of \(component) after \(onset) that it had not logged before.",
        "Compare \(component) with a replica or sister that is not affected: version, host, load, configuration.",
      ]
    }
  }
}
