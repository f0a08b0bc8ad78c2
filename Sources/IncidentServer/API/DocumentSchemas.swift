import IncidentModel
import TextReading

/// The shapes of what is sent and answered, as JSON Schema, by their names in the OpenAPI document. A shape may grow: what
/// is not named here is allowed everywhere.
enum DocumentSchemas {
  static let text: JSONValue = ["type": "string"]
  static let integer: JSONValue = ["type": "integer"]
  static let number: JSONValue = ["type": "number"]
  static let flag: JSONValue = ["type": "boolean"]
  static let time: JSONValue = ["type": "string", "format": "date-time"]
  private static let outcome = choice([Outcome.causeFound, .abstained, .healthy].map(\.rawValue))
  static let texts = list(text)
  static let labels: JSONValue = ["type": "object", "additionalProperties": ["type": "string"]]

  static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
  static func choice(_ words: [String]) -> JSONValue { ["type": "string", "enum": .array(words.map { .string($0) })] }

  /// - Parameters:
  ///   - always: members that are always there.
  ///   - sometimes: members that are left out where there is nothing to say.
  static func object(_ always: [String: JSONValue], sometimes: [String: JSONValue] = [:]) -> JSONValue {
    [
      "type": "object", "required": .array(always.keys.sorted().map { .string($0) }),
      "properties": .object(always.merging(sometimes) { first, _ in first }),
    ]
  }

  static func page(_ item: String) -> JSONValue {
    object(["items": list(reference(item))], sometimes: ["nextCursor": text])
  }

  static let all: [String: JSONValue] =
    incidents.merging(reports) { first, _ in first }.merging(alerts) { first, _ in first }
    .merging(catalogue) { first, _ in first }.merging(DocumentSchemas.sent) { first, _ in first }
    .merging(decisions) { first, _ in first }.merging(decided) { first, _ in first }

  private static let severity = choice(Severity.allCases.map(\.rawValue))

  private static let incidents: [String: JSONValue] = [
    "Problem": object(["type": text, "title": text, "status": integer, "detail": text]),
    "Verdict": object(
      ["outcome": outcome, "statement": text],
      sometimes: [
        "component": text, "fault": text, "confidence": ["type": "number", "minimum": 0, "maximum": 1],
        "severity": severity,
      ]),
    "Incident": object(
      [
        "id": text, "title": text, "state": choice(IncidentState.allCases.map(\.rawValue)),
        "severity": severity, "openedAt": time, "updatedAt": time,
        "alertCount": integer, "firingCount": integer, "services": texts, "isInvestigating": flag, "version": integer,
      ], sometimes: ["resolvedAt": time, "verdict": reference("Verdict")]),
    "Incidents": page("Incident"),
    "IncidentDetail": object(
      [
        "item": reference("Incident"), "entries": list(reference("Entry")), "investigationCount": integer,
        "alerts": list(reference("Alert")),
      ], sometimes: ["report": reference("Report")]),
    "Entry": object([
      "sequence": integer, "revision": object(["number": integer]), "author": text,
      // One member, whose name says what it is.
      "contribution": ["type": "object", "minProperties": 1, "maxProperties": 1],
    ]),
    "Entries": page("Entry"),
  ]

  private static let reports: [String: JSONValue] = [
    "Report": object(
      [
        "schema": ["const": "tocsin.report/1"], "outcome": outcome,
        "abstentionLine": number, "findings": list(reference("Finding")), "ranking": texts,
        "remediations": list(reference("Recommendation")), "timeline": list(reference("TimelineEntry")),
        "context": list(["type": "object"]), "pathEvidence": list(reference("Evidence")), "nextChecks": texts,
        "blindSpots": texts, "conclusion": text, "agents": list(["type": "object"]),
        "incident": object([
          "id": text, "title": text, "severity": text, "window": object(["start": time, "end": time]),
        ]),
        "impact": object(["services": texts, "sites": texts, "slo": texts, "entryPoints": texts]),
        "cost": object(["modelCalls": integer, "tokens": integer, "usd": number]),
        "provenance": object(["version": text, "configuration": text, "input": text]),
      ], sometimes: ["advice": ["type": "object"]]),
    "Finding": object([
      "rank": integer, "id": text, "component": text, "fault": text, "confidence": number, "statement": text,
      "evidence": list(reference("Evidence")), "propagation": texts,
    ]),
    "Findings": page("Finding"),
    "Evidence": object([
      "id": text, "kind": text, "supports": flag, "statement": text, "digest": text, "value": number, "unit": text,
      "query": ["type": "object"],
    ]),
    "TimelineEntry": object(["at": time, "what": text, "source": text]),
    "Recommendation": object([
      "id": text, "title": text, "steps": list(["type": "object"]), "risk": choice(["low", "medium", "high"]),
      "blastRadius": texts, "reversible": flag, "approval": text, "expectedEffect": text, "verification": text,
    ]),
    "Recommendations": page("Recommendation"),
  ]

  private static let alerts: [String: JSONValue] = [
    "Alert": object(
      [
        "fingerprint": ["type": "string", "pattern": "^[0-9a-f]{16}$"], "labels": labels, "annotations": labels,
        "startsAt": time, "endsAt": time, "updatedAt": time,
        "state": choice(AlertView.State.allCases.map(\.rawValue)),
      ], sometimes: ["incident": text]),
    "Alerts": page("Alert"),
    "Explanation": object([
      "alert": reference("Alert"), "counterfactuals": texts, "sends": flag,
      "steps": list(object(["stage": text, "isStopping": flag, "statement": text], sometimes: ["rule": text])),
    ]),
    "Funnel": object([
      "sends": flag, "received": integer, "rejected": integer, "deduplicated": integer, "silenced": integer,
      "inhibited": integer,
      "grouped": integer, "paged": integer, "incidents": integer,
    ]),
  ]

  private static let catalogue: [String: JSONValue] = [
    "Service": object([
      "id": text, "kind": text, "role": text, "callers": texts, "callees": texts, "firingAlertCount": integer,
      "openIncidents": texts,
    ]),
    "Services": page("Service"),
    "Runbook": object(
      [
        "name": text, "title": text, "purpose": text, "owner": text, "risk": choice(["low", "medium", "high"]),
        "isReversible": flag, "preconditions": texts, "expectedEffect": text, "verification": text,
        "steps": list(object(["title": text, "kind": text, "command": text], sometimes: ["undo": text])),
        "tracks": list(reference("Track")),
      ], sometimes: ["terms": reference("RunbookTerms")]),
    "RunbookTerms": object(
      [
        "inputs": list(
          object(
            ["name": text, "type": text, "from": text, "choices": texts],
            sometimes: ["fallback": text, "minimum": number, "maximum": number])),
        "approvals": integer, "concurrency": integer, "cooldownSeconds": integer, "changeWindows": texts,
        "verificationQuery": text, "digest": text,
      ], sometimes: ["approverRole": text, "verificationSeconds": integer, "worseQuery": text]),
    "Runbooks": page("Runbook"),
    "Replay": object(
      [
        "name": text, "dataset": text, "cases": integer, "failed": integer, "top1": number, "top3": number,
        "top5": number,
        "bins": list(
          object([
            "from": number, "to": number, "cases": integer, "meanConfidence": number, "accuracy": number,
          ])),
      ], sometimes: ["calibrationError": number, "falseAlarms": integer, "healthyCases": integer]),
    "Replays": page("Replay"),
    "Health": object([
      "isReady": flag, "version": text, "startedAt": time,
      "parts": list(object(["name": text, "isWell": flag, "statement": text])),
      "settings": list(object(["name": text, "value": text])),
    ]),
    "AuditEntry": object(["at": time, "actor": text, "action": text, "subject": text, "detail": text]),
    "AuditEntries": page("AuditEntry"),
    "Document": ["type": "object"],
  ]
}

extension DocumentSchemas {
  /// What monitors send; members that are not named are passed over.
  fileprivate static let sent: [String: JSONValue] = [
    "PostedAlerts": list(reference("PostedAlert")),
    "PostedAlert": [
      "type": "object", "required": ["labels"],
      "properties": [
        "labels": ["type": "object", "minProperties": 1, "additionalProperties": ["type": "string"]],
        "annotations": labels, "startsAt": time, "endsAt": time, "generatorURL": text,
      ],
    ],
    "Webhook": [
      "type": "object", "required": ["alerts"],
      "properties": [
        "version": text, "status": choice(["firing", "resolved"]), "alerts": list(reference("PostedAlert")),
      ],
    ],
    "PagerDutyEvent": [
      "type": "object", "required": ["event_action"],
      "properties": [
        "routing_key": text, "event_action": choice(["trigger", "acknowledge", "resolve"]), "dedup_key": text,
        "payload": [
          "type": "object",
          "properties": ["summary": text, "source": text, "severity": text, "component": text, "timestamp": time],
        ],
      ],
    ],
    "PagerDutyChange": [
      "type": "object", "required": ["payload"],
      "properties": [
        "routing_key": text,
        "payload": ["type": "object", "required": ["summary"], "properties": ["summary": text, "timestamp": time]],
      ],
    ],
    "Change": [
      "type": "object", "required": ["component", "summary"],
      "properties": [
        "component": text, "summary": text, "kind": text, "time": time, "from": text, "to": text, "by": text,
        "id": text,
      ],
    ],
    "Changes": ["anyOf": [reference("Change"), list(reference("Change"))]],
    "CloudEvent": [
      "type": "object", "required": ["specversion", "id", "source", "type"],
      "properties": [
        "specversion": ["const": "1.0"], "id": text, "source": text, "type": text, "subject": text, "time": time,
      ],
    ],
    "CloudEvents": ["anyOf": [reference("CloudEvent"), list(reference("CloudEvent")), ["type": "object"]]],
    "Acknowledgement": ["type": "object"],
    "PagerDutyAnswer": object(["status": text, "message": text, "dedup_key": text]),
    "ChangeAnswer": object(["status": text, "message": text, "new": integer]),
  ]
}
