import Runbooks
import TextReading

/// The shapes of what lies on the review desk, of what people say to it, and of what was told to receivers.
extension DocumentSchemas {
  static let decisions: [String: JSONValue] = [
    "DeskRecommendation": object(
      [
        "id": text, "incident": text, "runbook": text, "title": text, "owner": text,
        "state": choice([
          "proposed", "approved", "rejected", "expired", "applying", "applied", "verified", "failed",
        ]),
        "stateDetail": text, "component": text, "fault": text, "statement": text, "reason": text,
        "alternatives": texts, "risk": choice(["low", "medium", "high"]), "isReversible": flag, "components": texts,
        "approvals": list(object(["person": text, "at": time])), "missingApprovals": integer, "shown": text,
        "inputs": list(object(["name": text, "type": text, "choices": texts], sometimes: ["value": text])),
        "preconditions": list(reference("DeskCheck")), "verification": reference("DeskCheck"),
        "steps": list(object(["step": reference("DeskStep")], sometimes: ["undo": reference("DeskStep")])),
        "notTakenBack": texts, "track": reference("Track"),
        "decisions": list(choice(Decision.Kind.allCases.map(\.rawValue))), "proposedAt": time, "changedAt": time,
        "sequence": integer,
      ],
      sometimes: [
        "confidence": probability, "approverRole": text, "hindrance": text,
        "outcome": choice(["helped", "noChange", "worse", "unknown"]),
        "question": object(["step": text, "isInterrupted": flag]),
      ]),
    "DeskRecommendations": page("DeskRecommendation"),
    "DeskStep": object([
      "title": text, "kind": text, "command": texts, "state": text, "detail": text, "output": text,
    ]),
    "DeskCheck": object(["says": text, "query": text], sometimes: ["withinSeconds": integer]),
    "Track": object(
      ["fault": text, "tried": integer, "helped": integer, "low": probability, "high": probability, "sentence": text],
      sometimes: ["medianSeconds": number]),
    "PlannedWork": object(
      ["name": text, "runbook": text, "at": time, "local": text, "zone": text],
      sometimes: ["recommendation": text, "state": text]),
    "PlannedWorks": page("PlannedWork"),
    "DeskState": object([:], sometimes: ["stop": object(["by": text, "reason": text, "at": time])]),
    "Notification": object(
      [
        "key": text, "at": time, "receiver": text, "kind": text, "groupKey": text, "reason": text, "isPage": flag,
        "alertCount": integer, "attempts": integer,
        "state": choice(OutgoingMessage.State.allCases.map(\.rawValue)),
      ], sometimes: ["error": text]),
    "Notifications": page("Notification"),
    "TakenOn": object(["subject": text, "kind": choice(["incident", "alert"]), "by": text, "at": time]),
  ]

  /// What a person sends with each kind of decision.
  static let decided: [String: JSONValue] = [
    "Approval": object(["shown": short]),
    "Amendment": object(["inputs": ["type": "object", "minProperties": 1, "additionalProperties": ["type": "string"]]]),
    "Rejection": object([:], sometimes: ["because": choice(Rejection.Kind.allCases.map(\.rawValue)), "reason": short]),
    "StepAnswer": object(["answer": choice(StepAnswer.allCases.map(\.rawValue))]),
    "Reason": object(["reason": short]),
    "Nothing": ["type": "object"],
  ]

  private static let probability: JSONValue = ["type": "number", "minimum": 0, "maximum": 1]
  private static let short: JSONValue = ["type": "string", "minLength": 1, "maxLength": 1_000]
}

extension Decision.Kind {
  /// The name of the shape of its body.
  var schema: String {
    switch self {
    case .approve: "Approval"
    case .amend: "Amendment"
    case .reject: "Rejection"
    case .answer: "StepAnswer"
    case .undo: "Reason"
    case .run, .halt, .renew: "Nothing"
    }
  }
}
