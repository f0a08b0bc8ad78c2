import Hummingbird
import Runbooks
import TextReading

/// What a person may say to a recommendation.
enum Decision: Sendable, Hashable {
  /// - Parameter shown: of what they saw.
  case approve(shown: String)
  case amend([String: String])
  case reject(Rejection.Kind?, reason: String?)
  case run
  case answer(StepAnswer)
  case undo(reason: String)
  case halt
  case renew

  enum Kind: String, Sendable, CaseIterable {
    case approve, amend, reject, run, answer, undo, halt, renew

    /// What the interface says of it.
    var summary: String {
      switch self {
      case .approve: "Approve a recommendation as it was shown."
      case .amend: "Give a recommendation's inputs other values; approvals that were given are void."
      case .reject: "Reject a recommendation, or leave as it is what has made things worse."
      case .run: "Carry out what is approved, or go on with what was begun."
      case .answer: "Say what became of the step that a run waits for."
      case .undo: "Take back what was done, last step first."
      case .halt: "End a run that is under way."
      case .renew: "Lay a recommendation that has expired on the desk once more."
      }
    }

    /// To end something is safer than to let it go on.
    var role: Role { self == .halt ? .responder : .approver }

    /// Those that make sense in the state that a recommendation is in.
    static func open(for record: RemediationRecord, _ observed: ObservedState) -> [Kind] {
      let undo: [Kind] = record.run?.canBeTakenBack ?? false ? [.undo] : []
      switch record.state {
      case .proposed: return (record.proposal.open.isEmpty ? [.approve] : []) + [.amend, .reject]
      case .approved: return [.run, .amend, .reject]
      case .applying:
        if case .ask? = record.run?.next { return [.answer, .halt] }
        return [.halt]
      case .applied: return []
      case .verified: return undo
      case .failed: return undo + (record.proposesUndo ? [.reject] : [])
      case .expired: return record.isRenewable(observed) ? [.renew] : []
      case .rejected: return []
      }
    }
  }

  var kind: Kind {
    switch self {
    case .approve: .approve
    case .amend: .amend
    case .reject: .reject
    case .run: .run
    case .answer: .answer
    case .undo: .undo
    case .halt: .halt
    case .renew: .renew
    }
  }

  /// For the audit log.
  var detail: String {
    switch self {
    case .approve(let shown): shown
    case .amend(let inputs): inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    case .reject(let kind, let reason): [kind?.rawValue, reason].compactMap(\.self).joined(separator: ": ")
    case .answer(let answer): answer.rawValue
    case .undo(let reason): reason
    case .run, .halt, .renew: ""
    }
  }

  /// From the fields of a form or of a JSON object; inputs are called `input.<name>`.
  /// - Throws: `Problem` 400 for what is missing or no such word.
  init(_ kind: Kind, fields: [String: String]) throws {
    func needed(_ name: String) throws -> String {
      guard let text = fields[name], !text.isEmpty, text.utf8.count <= 1_000 else {
        throw Problem(.badRequest, "“\(name)” is needed, with at most 1000 bytes")
      }
      return text
    }
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ text: String) throws -> Choice
    where Choice.RawValue == String {
      guard let choice = Choice(rawValue: text) else {
        throw Problem(
          .badRequest, "“\(name)” is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return choice
    }
    switch kind {
    case .approve: self = .approve(shown: try needed("shown"))
    case .run: self = .run
    case .halt: self = .halt
    case .renew: self = .renew
    case .undo: self = .undo(reason: try needed("reason"))
    case .answer: self = .answer(try choice("answer", try needed("answer")))
    case .reject:
      let reason = fields["reason"].flatMap { $0.isEmpty ? nil : $0 }
      let because = fields["because"].flatMap { $0.isEmpty ? nil : $0 }
      self = .reject(
        try because.map { try choice("because", $0) }, reason: try reason.map { _ in try needed("reason") })
    case .amend:
      var inputs: [String: String] = [:]
      for (name, value) in fields where name.hasPrefix("input.") && !value.isEmpty {
        inputs[String(name.dropFirst("input.".count))] = value
      }
      guard !inputs.isEmpty else { throw Problem(.badRequest, "no input is given") }
      self = .amend(inputs)
    }
  }

  /// - Throws: `Problem` 400.
  init(_ kind: Kind, body: [UInt8]) throws {
    let object: [String: JSONValue]
    do {
      object = try JSONValue(parsing: body.isEmpty ? Array("{}".utf8) : body, name: "body").object ?? [:]
    } catch {
      throw Problem(reading: error)
    }
    var fields = object.compactMapValues(\.string)
    for (name, value) in object["inputs"]?.object ?? [:] { fields["input.\(name)"] = value.string }
    try self.init(kind, fields: fields)
  }
}
