import ConfigurationReading
import IncidentModel

extension WorkSchedule {
  /// Reads a schedule file.
  /// - Throws: `RunbookError` with the first thing that is wrong in it.
  package init(file: String) throws(RunbookError) {
    do {
      self = try ScheduleReader.read(TextFile<RunbookProblem>.read(file), file: file)
    } catch {
      throw RunbookError(problems: [error])
    }
  }

  /// Everything that is wrong with it in the light of a library; full sentences.
  package func problems(_ library: RunbookLibrary) -> [String] {
    planned.compactMap { work in
      guard let runbook = library.runbooks.first(where: { $0.name == work.runbook }) else {
        return "\(work.name): there is no runbook \(work.runbook)"
      }
      do {
        _ = try BoundRunbook(runbook, inputs: work.inputs)
        return nil
      } catch {
        return "\(work.name): \(error)"
      }
    }
  }
}

/// `schedule.yaml`, read strictly: it stops at the first mistake.
enum ScheduleReader {
  typealias Value = StrictValue<RunbookProblem>

  static func read(_ text: String, file: String) throws(RunbookProblem) -> WorkSchedule {
    let root = try Value(yaml: text, file: file).mapping(KeyTable(required: ["planned"], optional: ["zone"]))
    let zone = try root["zone"]?.words() ?? "UTC"
    guard let calendar = WorkCalendar(zone: zone) else {
      throw root.problem(at: "zone", "the zone “\(zone)” is not known; write it as in Europe/Berlin")
    }
    var schedule = WorkSchedule(calendar: calendar, planned: [])
    for entry in try root.value("planned").list() {
      let work = try work(entry)
      guard !schedule.planned.contains(where: { $0.name == work.name }) else {
        throw entry.problem("“\(work.name)” is planned twice; give each its own name")
      }
      schedule.planned.append(work)
    }
    return schedule
  }

  private static func work(_ value: Value) throws(RunbookProblem) -> PlannedWork {
    let fields = try value.mapping(
      KeyTable(
        required: ["name", "runbook", "when"], optional: ["inputs", "graceSeconds", "announceSeconds", "maintenance"]))
    let name = try fields.value("name").words()
    guard RunbookReader.isSlug(name) else {
      throw value.problem("“name” takes lower-case letters, digits and hyphens")
    }
    var inputs: [String: String] = [:]
    if let given = fields["inputs"] {
      let mapping = try given.mapping()
      for key in mapping.keys { inputs[key] = try mapping.value(key).text() }
    }
    return PlannedWork(
      name: name, runbook: try fields.value("runbook").words(), inputs: inputs,
      recurrence: try recurrence(try fields.value("when")),
      graceSeconds: try fields["graceSeconds"]?.integer(in: 60...RunbookLimits.waitSeconds) ?? 3600,
      announceSeconds: try fields["announceSeconds"]?.integer(in: 0...30 * RunbookLimits.waitSeconds)
        ?? RunbookLimits.waitSeconds,
      maintenance: try fields["maintenance"].map { (value) throws(RunbookProblem) in try window(value) })
  }

  private static func recurrence(_ value: Value) throws(RunbookProblem) -> PlannedWork.Recurrence {
    let fields = try value.mapping(KeyTable(required: ["at"], optional: ["days", "monthDays"]))
    let at = try fields.value("at")
    guard let minute = WeeklyWindow.minute(try at.text()), minute < 1440 else {
      throw at.problem("“at” is a time of day as in \"03:30\", in quotes")
    }
    var recurrence = PlannedWork.Recurrence(minute: minute)
    for day in try fields["days"]?.list() ?? [] { recurrence.days.append(try day.choice()) }
    for day in try fields["monthDays"]?.list() ?? [] {
      let number = try day.integer(in: -28...31)
      guard number != 0 else { throw day.problem("a month begins with its day 1; -1 is its last") }
      recurrence.monthDays.append(number)
    }
    return recurrence
  }

  private static func window(_ value: Value) throws(RunbookProblem) -> MaintenanceWindow {
    let fields = try value.mapping(KeyTable(required: ["labels", "minutes"]))
    let labels = try fields.value("labels").mapping()
    var window = MaintenanceWindow(labels: [:], seconds: 60 * (try fields.value("minutes").integer(in: 1...1440)))
    for key in labels.keys { window.labels[key] = try labels.value(key).text() }
    guard !window.labels.isEmpty else { throw value.problem("a window without labels would silence everything") }
    return window
  }
}
