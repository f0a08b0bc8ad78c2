import Hummingbird
import IncidentModel

extension Pages {
  /// A page in its frame. Nothing is kept by a browser that another reader could find there.
  func show(
    _ template: String, title: String, values: Any, section: PageFrame.Section?, kind: String = "",
    stream: String? = nil, status: HTTPResponse.Status = .ok, _ context: ServerContext?
  ) -> Response {
    let caller = context?.caller
    let frame = PageFrame(
      title: title, assets: assets.folder,
      navigation: section == nil && caller == nil ? [] : PageFrame.navigation(current: section), stream: stream,
      reader: caller.flatMap { caller in
        caller.csrfToken.map { .init(name: caller.name, role: caller.role.rawValue, csrf: $0) }
      }, kind: kind, body: templates.render(template, values))
    return Self.response(
      templates.render("layout", frame), type: Self.pageType, cache: "no-store", status: status)
  }

  /// The way in; `problem` says why the last try failed.
  func signIn(next: String?, problem: String?) -> Response {
    let page = SignInPage(next: Self.safeTarget(next), problem: problem)
    return show(
      "signin", title: "Sign in", values: page, section: nil, status: problem == nil ? .ok : .unauthorized, nil)
  }

  /// Whether whoever asks reads pages, so that what goes wrong is told on one.
  static func isReader(_ request: Request) -> Bool {
    request.method == .get && request.headers[.accept]?.contains("text/html") == true
      && !request.uri.path.hasPrefix("/api/")
  }

  /// What went wrong, and what to do next.
  func problem(_ status: Int, _ context: ServerContext? = nil, detail: String? = nil) -> Response {
    let page = ErrorPage(status: status, detail: detail)
    return show(
      "error", title: page.title, values: page, section: nil, status: HTTPResponse.Status(code: status), context)
  }

  /// Why something was not done, and the way back to where it was asked for.
  func refusal(_ problem: Problem, back: String, _ context: ServerContext) -> Response {
    var page = ErrorPage(status: Int(problem.status.code), detail: problem.detail)
    page.title = "That was not done"
    page.actions.insert(ErrorPage.Action(text: "Go back and look at it again", href: back), at: 0)
    return show("error", title: page.title, values: page, section: nil, status: problem.status, context)
  }

  /// The same for people, where an answer for programs says what went wrong; a page of ours stays as it is.
  func problem(answering response: Response) -> Response {
    guard response.headers[.contentType] != Self.pageType else { return response }
    var page = problem(response.status.code)
    page.headers[.retryAfter] = response.headers[.retryAfter]
    return page
  }

  static let pageType = "text/html; charset=utf-8"

  func asset(_ name: String?) -> Response {
    guard let asset = name.flatMap({ assets.assets[$0] }) else { return problem(404) }
    return Self.response(asset.text, type: asset.type, cache: "public, max-age=31536000, immutable", status: .ok)
  }

  /// A path of this server, so that nobody is led away by a link to the sign-in page.
  static func safeTarget(_ path: String?) -> String {
    guard let path, path.utf8.count <= 500, path.hasPrefix("/"), !path.hasPrefix("//"),
      path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return "/incidents" }
    return path
  }

  /// Scripts, styles and connections of this server only; no frame, no plug-in, no form that leads elsewhere.
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  private static func response(
    _ text: String, type: String, cache: String, status: HTTPResponse.Status
  ) -> Response {
    let headers: HTTPFields = [
      .contentType: type, .cacheControl: cache, .contentSecurityPolicy: contentSecurityPolicy,
      .xContentTypeOptions: "nosniff",
    ]
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
