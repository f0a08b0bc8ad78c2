import ConfigurationReading

extension ModelSettings {
  private typealias Problem = ProjectFileError

  private static let keys = KeyTable(
    required: ["interface", "baseURL", "model", "contextTokens"],
    optional: [
      "price", "keyFromEnvironment", "keyFromFile", "fallback", "maximumOutputTokens", "deadlineSeconds",
      "maximumResponseBytes", "streaming", "proxy", "authoritiesFile",
    ])
  private static let hint = "name where it is instead, with keyFromEnvironment or keyFromFile"

  /// One entry of `models:`.
  /// - Parameter folder: what relative paths begin in.
  init(
    name: String, _ entries: StrictMapping<ProjectFileError>, folder: String
  ) throws(ProjectFileError) {
    guard name.wholeMatch(of: /[a-z][a-z0-9-]{0,39}/) != nil, !["off", "replay"].contains(name) else {
      throw entries.problem(
        at: name, "a model's name has at most 40 small letters, digits and “-”, and is neither off nor replay")
    }
    let entry = try entries.value(name).mapping()
    if let written = entry.keys.first(where: Self.meansKey) {
      throw entry.problem(at: written, "a key must not stand in this file; \(Self.hint)")
    }
    if let first = entry.problems(Self.keys).first { throw first }
    self.init(
      name: name, interface: try entry.value("interface").choice(), baseURL: try Self.address(entry.value("baseURL")),
      modelID: try entry.value("model").text(),
      contextTokens: try entry.value("contextTokens").integer(in: 512...100_000_000))
    price = try Self.price(entry, interface)
    key = try Self.key(entry, folder: folder)
    fallback = try entry["fallback"]?.text()
    try readLimits(entry)
    streams = try entry["streaming"]?.flag() ?? streams
    proxy = try Self.proxy(entry)
    authoritiesFile = try entry["authoritiesFile"].map { value throws(Problem) in Self.path(try value.text(), folder) }
  }

  private mutating func readLimits(_ entry: StrictMapping<ProjectFileError>) throws(ProjectFileError) {
    if let value = entry["maximumOutputTokens"] { maximumOutputTokens = try value.integer(in: 16...1_000_000) }
    if let value = entry["deadlineSeconds"] { deadlineSeconds = try value.number(in: 1...3600) }
    if let value = entry["maximumResponseBytes"] { maximumResponseBytes = try value.integer(in: 1024...64 << 20) }
    guard maximumOutputTokens < contextTokens else {
      throw entry.problem(
        at: entry["maximumOutputTokens"] == nil ? "contextTokens" : "maximumOutputTokens",
        "an answer may have \(maximumOutputTokens) tokens, and the context holds \(contextTokens) with the prompt")
    }
  }

  /// Other spellings under which people write a key down.
  private static func meansKey(_ key: String) -> Bool {
    let word = key.lowercased()
    guard !["keyfromenvironment", "keyfromfile", "contexttokens", "maximumoutputtokens"].contains(word) else {
      return false
    }
    return ["key", "token", "secret", "password", "bearer", "authorization"].contains { word.contains($0) }
  }

  private static func address(_ value: StrictValue<ProjectFileError>) throws(ProjectFileError) -> String {
    let text = try value.text()
    guard text.wholeMatch(of: /https?:\/\/[^\s\/?#@]+(\/[^\s?#@]*)?/) != nil else {
      throw value.problem(
        "“baseURL” must be http:// or https:// with a host and a path, without user, password, “?” and “#”")
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  private static func proxy(_ entry: StrictMapping<ProjectFileError>) throws(ProjectFileError) -> String? {
    guard let value = entry["proxy"] else { return nil }
    let text = try value.text()
    guard text.wholeMatch(of: /(http|https|socks5|socks5h):\/\/[^\s\/?#@]+/) != nil else {
      throw value.problem("“proxy” must be http://, https://, socks5:// or socks5h:// with host and port alone")
    }
    return text
  }

  /// What runs at home costs nothing; for the rest a price must be said, even if it is 0.
  private static func price(
    _ entry: StrictMapping<ProjectFileError>, _ interface: ChatInterfaceKind
  ) throws(ProjectFileError) -> TokenPrice {
    guard let value = entry["price"] else {
      if interface == .ollama { return .free }
      throw entry.problem(
        at: "price", "“price” is missing: US dollars per million tokens, as {input: 0.5, output: 1.5}")
    }
    let price = try value.mapping(KeyTable(required: ["input", "output"]))
    return TokenPrice(
      input: try price.value("input").number(in: 0...10_000), output: try price.value("output").number(in: 0...10_000))
  }

  private static func key(
    _ entry: StrictMapping<ProjectFileError>, folder: String
  ) throws(ProjectFileError) -> KeySource? {
    switch (entry["keyFromEnvironment"], entry["keyFromFile"]) {
    case (nil, nil): return nil
    case (let value?, nil):
      let name = try value.text()
      guard name.wholeMatch(of: /[A-Z_][A-Z0-9_]{0,63}/) != nil else {
        throw value.problem(
          "“keyFromEnvironment” must be the name of an environment variable, in capitals. If this is the key itself, "
            + "take it out of the file and have it revoked")
      }
      return .environment(name)
    case (nil, let value?):
      let file = try value.text()
      guard !looksLikeKey(file) else {
        throw value.problem(
          "“keyFromFile” must be a path, as ./key or /run/secrets/key. If this is the key itself, take it out of the "
            + "file and have it revoked")
      }
      return .file(path(file, folder))
    case (_?, let value?): throw value.problem("give one of keyFromEnvironment and keyFromFile")
    }
  }

  /// A long word without any mark of a path.
  private static func looksLikeKey(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9_+=-]{16,}/) != nil || text.wholeMatch(of: /(sk|pk|key|Bearer)[-_ ].*/) != nil
  }

  private static func path(_ text: String, _ folder: String) -> String {
    text.hasPrefix("/") ? text : folder + "/" + text
  }
}
