import ConfigurationReading
import IncidentModel

extension RunbookReader {
  mutating func step(_ node: Value) -> Runbook.Step? {
    guard let fields = self.fields(node, .step) else { return nil }
    let title = blankText(fields, "title")
    let readOnly = take(try fields["readOnly"]?.flag())
    let undo = fields["undo"].flatMap { self.undo($0) }
    guard let kind: Remediation.Step.Kind = take(try fields["kind"]?.choice()) else { return nil }
    refuseForeignKeys(of: kind, in: fields, at: node)
    guard let action = action(kind, fields, at: node), let title else { return nil }
    var changesSomething = !(readOnly ?? false)
    switch action {
    case .waitUntil: changesSomething = false
    case .http(let request) where request.method == "GET" || request.method == "HEAD": changesSomething = false
    default: break
    }
    if !changesSomething, undo != nil {
      problems.append(node.problem("a step that only looks needs no “undo”"))
    }
    return Runbook.Step(
      title: title, action: action, changesSomething: changesSomething, undo: undo, bounds: bounds(fields))
  }

  mutating func refuseForeignKeys(
    of kind: Remediation.Step.Kind, in fields: Fields, at node: Value
  ) {
    let own: [String] =
      switch kind {
      case .run:
        ["run", "readOnly", "undo", "withinSeconds", "environment", "secrets", "folder", "user", "limits"]
      case .http: ["http", "undo", "withinSeconds"]
      case .waitUntil: ["query", "withinSeconds"]
      case .manual: ["readOnly", "undo"]
      }
    for key in KeyTable.step.optional where fields[key] != nil && !own.contains(key) {
      problems.append((fields[key] ?? node).problem("a step of kind “\(kind.rawValue)” takes no “\(key)”"))
    }
  }

  mutating func action(
    _ kind: Remediation.Step.Kind, _ fields: Fields, at node: Value
  ) -> Runbook.Action? {
    switch kind {
    case .manual: return .manual
    case .run:
      guard fields["run"] != nil else { return missing("run", kind, at: node) }
      return run(fields)
    case .http:
      guard let request = fields["http"] else { return missing("http", kind, at: node) }
      return http(request)
    case .waitUntil:
      guard fields["query"] != nil else { return missing("query", kind, at: node) }
      guard fields["withinSeconds"] != nil else {
        problems.append(node.problem("unbounded: a step that waits says for how long under “withinSeconds”"))
        return nil
      }
      guard let query = blankText(fields, "query"), let seconds = withinSeconds(fields) else { return nil }
      return .waitUntil(query: query, withinSeconds: seconds)
    }
  }

  mutating func missing(
    _ key: String, _ kind: Remediation.Step.Kind, at node: Value
  ) -> Runbook.Action? {
    problems.append(node.problem("a step of kind “\(kind.rawValue)” needs “\(key)”"))
    return nil
  }

  mutating func run(_ fields: Fields) -> Runbook.Action? {
    if let node = fields["run"], !node.isList {
      problems.append(
        node.problem("“run” is a list with one entry an argument, for example “[systemctl, restart, nginx]”"))
      return nil
    }
    guard let nodes = entries(fields, "run") else { return nil }
    var arguments: [String] = []
    for node in nodes {
      guard let word = text(node) else { return nil }
      arguments.append(word)
      texts.append((word, node))
    }
    if arguments[0].holds("{{") {
      problems.append(nodes[0].problem("the program itself cannot be a blank"))
    }
    let program = arguments[0].split(separator: "/").last.map(String.init) ?? ""
    if ["sh", "bash", "dash", "zsh", "ksh", "eval"].contains(program), arguments.contains("-c") {
      problems.append(
        nodes[0].problem(
          "no shell strings: name the program and its arguments, or keep the script in a file of its own"))
    }
    return .run(arguments)
  }

  mutating func http(_ node: Value) -> Runbook.Action? {
    guard let fields = self.fields(node, .http) else { return nil }
    let method: HTTPMethod? = take(try fields["method"]?.choice())
    guard let url = blankText(fields, "url"), let method else { return nil }
    if !url.hasPrefix("https://") && !url.hasPrefix("http://") {
      problems.append(node.problem("“url” begins with https:// or http://."))
    }
    let host = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last?.prefix { $0 != "/" }
    if fields["bearer"] != nil, host?.contains("{{") ?? false {
      problems.append(node.problem("a token goes to a host that the file names: no blank stands there beside “bearer”"))
    }
    let body = blankText(fields, "body")
    return .http(Runbook.Request(method: method.rawValue, url: url, body: body, bearer: slug(fields, "bearer")))
  }

  mutating func undo(_ node: Value) -> Runbook.Undo? {
    guard let fields = self.fields(node, .undo), let title = blankText(fields, "title") else { return nil }
    if fields["run"] != nil, fields["http"] != nil {
      problems.append(node.problem("“undo” takes “run” or “http”, not both"))
    }
    if fields["run"] != nil { return run(fields).map { Runbook.Undo(title: title, action: $0) } }
    if let request = fields["http"] { return http(request).map { Runbook.Undo(title: title, action: $0) } }
    return Runbook.Undo(title: title, action: .manual)
  }
}

enum HTTPMethod: String, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case delete = "DELETE"
  case patch = "PATCH"
}
