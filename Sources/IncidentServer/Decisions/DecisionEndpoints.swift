import Foundation
import Hummingbird
import IncidentModel
import Runbooks

/// What waits for a person, and what they say to it: over the interface, and with forms that need no script.
struct DecisionEndpoints: Sendable {
  let decisions: DecisionDesk
  let pages: Pages

  private static let base = ReadEndpoints.base
  private static let identifier = Endpoint.Parameter(
    name: "id", place: .path, description: "The recommendation, for example P1.")
  private static let failures: [HTTPResponse.Status] = [.conflict, .contentTooLarge, .badRequest]

  var endpoints: [Endpoint] { reading + Decision.Kind.allCases.map(deciding) + stopping + [form, stopForm] }

  private var reading: [Endpoint] {
    [
      Endpoint(
        .get, "\(Self.base)/recommendations", .role(.viewer), "List what lies on the review desk, the first first.",
        parameters: [Endpoint.Parameter(name: "incident", description: "Only those of this incident.")],
        answer: "DeskRecommendations"
      ) { request, _ in
        let incident = QueryReading(request).text("incident")
        return try .tagged(ViewPage(items: try await decisions.recommendations(of: incident)), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/recommendations/{id}", .role(.viewer),
        "Show one recommendation with its steps and what became of them.", parameters: [Self.identifier],
        answer: "DeskRecommendation"
      ) { request, context in
        let id = try context.parameters.require("id")
        guard let view = try await decisions.recommendation(ProposalID(id)) else {
          throw Problem.notFound("recommendation \(id.prefix(40))")
        }
        return try .tagged(view, for: request)
      },
      Endpoint(
        .get, "\(Self.base)/planned", .role(.viewer), "List planned work, what is next first.", answer: "PlannedWorks"
      ) { request, _ in
        try .tagged(ViewPage(items: try await decisions.planned()), for: request)
      },
      Endpoint(
        .get, "\(Self.base)/desk", .role(.viewer), "Say whether everything is stopped.", answer: "DeskState"
      ) { _, _ in
        try .json(DeskState(stop: try await decisions.stopped()))
      },
    ]
  }

  private struct DeskState: Encodable { var stop: DeskStopView? }

  private func deciding(_ kind: Decision.Kind) -> Endpoint {
    Endpoint(
      .post, "\(Self.base)/recommendations/{id}/\(kind.rawValue)", .role(kind.role), kind.summary,
      parameters: [Self.identifier], bodyTypes: ["application/json"], body: kind.schema, answer: "DeskRecommendation",
      failures: Self.failures
    ) { request, context in
      let id = try context.parameters.require("id")
      guard let caller = context.caller, try await decisions.recommendation(ProposalID(id)) != nil else {
        throw Problem.notFound("recommendation \(id.prefix(40))")
      }
      let decision = try Decision(kind, body: try await Self.body(of: request))
      return try .json(try await decisions.decide(decision, on: ProposalID(id), by: caller))
    }
  }

  private var stopping: [Endpoint] {
    [
      Endpoint(
        .post, "\(Self.base)/desk/stop", .role(.responder), "Stop everything: nothing begins, and what runs is ended.",
        bodyTypes: ["application/json"], body: "Reason", answer: "DeskState", failures: Self.failures
      ) { request, context in
        // A reason is read as that of an undo is.
        let reason = try Decision(.undo, body: try await Self.body(of: request)).detail
        if let caller = context.caller { try await decisions.stop(reason, by: caller) }
        return try .json(DeskState(stop: try await decisions.stopped()))
      },
      Endpoint(
        .post, "\(Self.base)/desk/release", .role(.approver), "Let runs begin again after a stop.",
        answer: "DeskState", failures: Self.failures
      ) { _, context in
        if let caller = context.caller { try await decisions.release(by: caller) }
        return try .json(DeskState(stop: try await decisions.stopped()))
      },
    ]
  }

  static func body(of request: Request) async throws -> [UInt8] {
    var body: [UInt8] = []
    for try await part in request.body {
      guard body.count + part.readableBytes <= 16_384 else {
        throw Problem(.contentTooLarge, "a decision may have 16384 bytes")
      }
      body += part.readableBytesView
    }
    return body
  }

  // MARK: - Forms

  private static let formType = "application/x-www-form-urlencoded"

  /// One address for all decisions: the field `decision` says which.
  private var form: Endpoint {
    Endpoint(
      .post, "/recommendations/{id}", .form(.responder), "Decide with a form.", parameters: [Self.identifier],
      bodyTypes: [Self.formType], answerType: "", status: .seeOther, failures: Self.failures
    ) { request, context in
      let id = ProposalID(try context.parameters.require("id"))
      guard let caller = context.caller, let view = try await decisions.recommendation(id) else {
        throw Problem.notFound("recommendation \(id.rawValue.prefix(40))")
      }
      let back = LinkText(decisionsOf: view.incident)?.href ?? "/decisions"
      return try await answering(back: back, context) {
        let fields = try await Self.fields(of: request, by: caller)
        guard let kind = fields["decision"].flatMap(Decision.Kind.init(rawValue:)) else {
          throw Problem(.badRequest, "the form does not say what is decided")
        }
        guard caller.role >= kind.role else {
          throw Problem(.forbidden, "this needs the role \(kind.role.rawValue)")
        }
        let decided = try await decisions.decide(Decision(kind, fields: fields), on: id, by: caller)
        return back + "#\(decided.id)"
      }
    }
  }

  private var stopForm: Endpoint {
    Endpoint(
      .post, "/desk", .form(.responder), "Stop everything, or let it go on, with a form.",
      bodyTypes: [Self.formType], answerType: "", status: .seeOther, failures: Self.failures
    ) { request, context in
      guard let caller = context.caller else { throw Problem.notFound("desk") }
      return try await answering(back: "/decisions", context) {
        let fields = try await Self.fields(of: request, by: caller)
        if fields["decision"] == "release" {
          guard caller.role >= .approver else { throw Problem(.forbidden, "this needs the role approver") }
          try await decisions.release(by: caller)
        } else {
          try await decisions.stop(Decision(.undo, fields: fields).detail, by: caller)
        }
        return Pages.safeTarget(fields["back"])
      }
    }
  }

  /// - Throws: `Problem` for a form that was not sent from a page of this server.
  private static func fields(of request: Request, by caller: Caller) async throws -> [String: String] {
    let fields = try await SessionEndpoints.form(of: request)
    if let expected = caller.csrfToken {
      guard let shown = fields["csrf"], Secrets.equal(shown, expected) else {
        throw Problem(.forbidden, "the field csrf has to say what the page was given")
      }
    }
    return fields
  }

  /// Leads on to a page, also where the answer is no: for people it says so on one.
  private func answering(
    back: String, _ context: ServerContext, _ work: () async throws -> String
  ) async throws -> Response {
    do {
      return Response(status: .seeOther, headers: [.location: try await work()])
    } catch let problem as Problem {
      return pages.refusal(problem, back: back, context)
    }
  }
}
