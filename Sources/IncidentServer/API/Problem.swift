import Foundation
import Hummingbird
import TextReading

/// An error as the interface tells it: RFC 9457, `application/problem+json`. Never holds a secret or a stack.
package struct Problem: Error, HTTPResponseError, Sendable {
  package var status: HTTPResponse.Status
  /// One sentence for the person who reads it.
  package var detail: String
  package var retryAfterSeconds: Int?

  package init(_ status: HTTPResponse.Status, _ detail: String, retryAfterSeconds: Int? = nil) {
    self.status = status
    self.detail = detail
    self.retryAfterSeconds = retryAfterSeconds
  }

  static var overloaded: Problem {
    Problem(.tooManyRequests, "more waits than can be worked through; send again later", retryAfterSeconds: 1)
  }

  static func notFound(_ what: String) -> Problem { Problem(.notFound, "there is no \(what)") }

  init(reading error: any Error) {
    if let problem = error as? Problem {
      self = problem
    } else if let error = error as? DatasetError {
      let place = error.line.map { " (line \($0)\(error.column.map { ", column \($0)" } ?? ""))" } ?? ""
      self.init(.badRequest, "the body cannot be read: \(error.message)\(place)")
    } else {
      self.init(.badRequest, "the body cannot be read")
    }
  }

  init(storing error: any Error) {
    self.init(.serviceUnavailable, "nothing was kept: \(StoreFailure(error).message)", retryAfterSeconds: 5)
  }

  var json: String {
    let value: JSONValue = [
      "type": "about:blank", "title": .string(status.reasonPhrase), "status": .number(Double(status.code)),
      "detail": .string(detail),
    ]
    return value.text + "\n"
  }

  package func response(from request: Request, context: some RequestContext) throws -> Response {
    var headers: HTTPFields = [.contentType: "application/problem+json"]
    if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"tocsin\"" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}
