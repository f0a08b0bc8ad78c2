import ConfigurationReading
import IncidentModel

/// Limits: of inputs, of commands, of when.
extension RunbookReader {
  mutating func readLimits(of input: inout Runbook.Input, _ fields: Fields, at node: Value) {
    for entry in entries(fields, "choices") ?? [] {
      guard let choice = text(entry) else { continue }
      if !InputValue.isSafe(choice) {
        problems.append(entry.problem("a choice has no leading hyphen, no control characters and at most 256 bytes"))
      }
      input.choices.append(choice)
    }
    input.minimum = take(try fields["minimum"]?.number(in: -1e15...1e15))
    input.maximum = take(try fields["maximum"]?.number(in: -1e15...1e15))
    if input.type != .number, input.minimum != nil || input.maximum != nil {
      problems.append(node.problem("only an input of type “number” has a minimum and a maximum"))
    }
    if let minimum = input.minimum, let maximum = input.maximum, minimum > maximum {
      problems.append(node.problem("the minimum is greater than the maximum"))
    }
    if let fallback = input.fallback, InputValue.isSafe(fallback), let wrong = input.complaint(fallback) {
      problems.append(node.problem("the default does not keep to the limits: \(wrong)"))
    }
  }

  mutating func bounds(_ fields: Fields) -> Runbook.Bounds {
    var bounds = Runbook.Bounds()
    if fields["query"] == nil { bounds.withinSeconds = withinSeconds(fields) ?? bounds.withinSeconds }
    bounds.environment = (entries(fields, "environment") ?? []).compactMap { variable($0) }
    for entry in entries(fields, "secrets") ?? [] {
      guard let pair = self.fields(entry, .secret), let value = pair["variable"], let variable = variable(value),
        let secret = slug(pair, "secret")
      else { continue }
      bounds.secrets.append(Runbook.SecretVariable(variable: variable, secret: secret))
    }
    bounds.folder = path(fields, "folder")
    bounds.user = slug(fields, "user")
    guard let value = fields["limits"], let limits = self.fields(value, .limits) else { return bounds }
    bounds.outputKilobytes =
      take(try limits["outputKilobytes"]?.integer(in: 1...65_536)) ?? bounds.outputKilobytes
    bounds.cpuSeconds = take(try limits["cpuSeconds"]?.integer(in: 1...RunbookLimits.waitSeconds))
    bounds.memoryMegabytes = take(try limits["memoryMegabytes"]?.integer(in: 1...1_048_576))
    bounds.openFiles = take(try limits["openFiles"]?.integer(in: 3...1_048_576))
    bounds.processes = take(try limits["processes"]?.integer(in: 1...1_048_576))
    return bounds
  }

  mutating func windows(_ fields: Fields, _ key: String) -> [WeeklyWindow] {
    (entries(fields, key) ?? []).compactMap { window($0) }
  }

  private mutating func window(_ node: Value) -> WeeklyWindow? {
    guard let fields = self.fields(node, .window) else { return nil }
    let days: [WeeklyWindow.Day] = choices(fields, "days") ?? []
    guard let from = minute(fields, "from"), let to = minute(fields, "to") else { return nil }
    return WeeklyWindow(days: days, fromMinute: from, toMinute: to)
  }

  private mutating func minute(_ fields: Fields, _ key: String) -> Int? {
    guard let value = fields[key], let text = text(value) else { return nil }
    guard let minute = WeeklyWindow.minute(text) else {
      problems.append(value.problem("“\(key)” is a time of day in UTC as in \"22:30\", in quotes"))
      return nil
    }
    return minute
  }

  private mutating func variable(_ node: Value) -> String? {
    guard let name = words(node) else { return nil }
    guard name.utf8.allSatisfy({ $0 == 95 || (48...57).contains($0) || (65...90).contains($0 & 0xDF) }),
      name.utf8.first.map({ !(48...57).contains($0) }) ?? false, name.utf8.count <= 100
    else {
      problems.append(node.problem("a variable's name holds letters, digits and _, and begins with no digit"))
      return nil
    }
    return name
  }

  mutating func slug(_ fields: Fields, _ key: String) -> String? {
    guard let node = fields[key], let name = words(node) else { return nil }
    guard Self.isSlug(name) else {
      problems.append(node.problem("“\(key)” takes lower-case letters, digits and hyphens"))
      return nil
    }
    return name
  }

  private mutating func path(_ fields: Fields, _ key: String) -> String? {
    guard let node = fields[key], let path = words(node) else { return nil }
    guard path.hasPrefix("/"), !path.contains("{{") else {
      problems.append(node.problem("“\(key)” is a path from / on, without blanks"))
      return nil
    }
    return path
  }
}
