import TextReading

extension IncidentTools {
  /// As `tools/list` gives them.
  static let descriptions: [JSONValue] = Tool.allCases.map { tool in
    [
      "name": .string(tool.rawValue), "title": .string(tool.title), "description": .string(tool.purpose),
      "inputSchema": [
        "type": "object", "properties": .object(tool.arguments),
        "required": .array(
          tool == .listIncidents ? [] : tool == .getEvidence ? ["incident", "evidence"] : ["incident"]),
        "additionalProperties": false,
      ],
      "annotations": [
        "title": .string(tool.title), "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true,
        "openWorldHint": false,
      ],
    ]
  }
}

extension IncidentTools.Tool {
  fileprivate var title: String {
    switch self {
    case .listIncidents: "List incidents"
    case .explainIncident: "Explain an incident"
    case .getEvidence: "Get evidence"
    case .similarIncidents: "Similar incidents"
    case .whyAlertPaged: "Why an alert paged"
    }
  }

  fileprivate var purpose: String {
    switch self {
    case .listIncidents:
      "Incidents that were investigated, newest first, each with the outcome and the leading cause."
    case .explainIncident:
      "The answer to one incident: ranked causes with confidence, the evidence and tests behind each, what is proposed, "
        + "the timeline, and what could not be seen."
    case .getEvidence:
      "One observation of an incident: its statement, value and unit, the query and window that compute it again, and "
        + "the digest to compare with."
    case .similarIncidents:
      "Earlier or later incidents whose leading cause resembles this one's, with what they share and what differs."
    case .whyAlertPaged:
      "What is known of why somebody was called: the symptom, the alerts around it, how the severity was chosen, and, "
        + "where an alert desk is at hand, each rule an alert meets there and what would have changed the outcome."
    }
  }

  fileprivate var arguments: [String: JSONValue] {
    let incident: JSONValue = ["type": "string", "description": "An incident's `id` from list_incidents."]
    switch self {
    case .listIncidents:
      return [
        "limit": [
          "type": "integer", "minimum": 0, "maximum": 100, "description": "How many to show; 20 if not given.",
        ],
        "offset": ["type": "integer", "minimum": 0, "description": "How many to pass over first."],
        "outcome": ["type": "string", "enum": ["cause-found", "abstained", "healthy"]],
        "component": [
          "type": "string", "description": "Only incidents with this component among the five first suspects.",
        ],
      ]
    case .explainIncident: return ["incident": incident]
    case .getEvidence:
      return [
        "incident": incident,
        "evidence": ["type": "string", "description": "An evidence identifier such as E3, from explain_incident."],
      ]
    case .similarIncidents:
      return [
        "incident": incident,
        "limit": ["type": "integer", "minimum": 0, "maximum": 20, "description": "How many to show; 5 if not given."],
      ]
    case .whyAlertPaged:
      return [
        "incident": incident,
        "alert": ["type": "string", "description": "Part of an alert's name; all alerts if not given."],
      ]
    }
  }
}
