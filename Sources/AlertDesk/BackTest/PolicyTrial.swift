import IncidentModel

/// What a policy made of a history.
package struct PolicyTrial: Sendable {
  /// One time of firing of one alert.
  package struct Episode: Hashable, Comparable, Sendable, Codable {
    package var fingerprint: Fingerprint
    package var startsAt: Timestamp

    package static func < (left: Episode, right: Episode) -> Bool {
      (left.startsAt, left.fingerprint) < (right.startsAt, right.fingerprint)
    }
  }

  /// Messages to a receiver because something fires; several integrations of one receiver get them as one.
  package private(set) var pageCount = 0
  /// One for each integration, those that tell of ends among them.
  package private(set) var messageCount = 0
  /// Seconds from the begin of each episode that paged to its first page.
  package private(set) var secondsToFirstPage: [Episode: Double] = [:]
  /// The page group, or correlated incident, that each episode first paged in.
  package private(set) var incidents: [Episode: Int] = [:]
  /// By alert rule, the pages that hold an alert of it.
  package private(set) var pagesByRule: [String: Int] = [:]
  package private(set) var pagesByReceiver: [String: Int] = [:]
  package private(set) var counts = DeskCounts()
  /// By alert rule, where the policy scores noise.
  package private(set) var noise: [String: NoiseScore] = [:]
  /// The incident that each alert of the history was put into when it came, by its place there; 0 for none.
  package private(set) var incidentOfEvent: [Int] = []
  /// All of them, where they were asked for.
  package private(set) var messages: [Notification] = []

  /// Duplicates, with the alert that they were taken for.
  private var standIns: [Episode: Episode] = [:]
  private var mergedInto: [Int: Int] = [:]
  private var desk: Desk?
  private var lastPageOfGroup: [String: (incident: Int, episodes: Set<Episode>)] = [:]
  private var lastIncident = 0
  package let policy: AlertPolicy
  private let keepsMessages: Bool
  private let needsOutcomes: Bool

  /// Time goes on behind the last event for as long as the policy may still have to say something new.
  private static let afterwards = 86_400.0

  /// - Throws: `DatasetError` for a history that cannot be gone through.
  package init(_ history: AlertHistory, policy: AlertPolicy, keepsMessages: Bool = false) throws {
    self.init(policy, keepsMessages: keepsMessages)
    var reader = try history.reader()
    while let event = try reader.next() { receive(event) }
    finish()
  }

  /// Without a history yet: events come one by one, in the order of time.
  package init(_ policy: AlertPolicy, keepsMessages: Bool = false) {
    self.policy = policy
    self.keepsMessages = keepsMessages
    needsOutcomes = !policy.rules.deduplication.isEmpty || policy.rules.correlation != nil
  }

  package mutating func receive(_ event: DeskEvent) {
    if desk == nil { desk = Desk(policy: policy, startingAt: event.at) }
    desk?.receive(event)
    if needsOutcomes, case .alert(let alert) = event.content { note(alert) }
    if desk?.hasNotifications == true { take(desk?.takeNotifications() ?? []) }
  }

  /// Alerts that the desk knows at the moment.
  package var knownAlertCount: Int { desk?.activeAlertCount ?? 0 }

  package mutating func finish() {
    if let last = desk?.now { desk?.advance(to: last.advanced(bySeconds: Self.afterwards)) }
    take(desk?.takeNotifications() ?? [])
    noteIncidents()
    counts = desk?.counts ?? DeskCounts()
    noise = desk?.noiseScores ?? [:]
    desk = nil
    lastPageOfGroup = [:]
    for (place, incident) in incidentOfEvent.enumerated() {
      var incident = incident
      while let next = mergedInto[incident] { incident = next }
      incidentOfEvent[place] = incident
    }
    // A duplicate is told of by the alert that it was taken for.
    for (episode, standIn) in standIns where secondsToFirstPage[episode] == nil {
      guard let seconds = secondsToFirstPage[standIn], let incident = incidents[standIn] else { continue }
      secondsToFirstPage[episode] = seconds
      incidents[episode] = incident
    }
  }

  private mutating func note(_ alert: IncomingAlert) {
    guard let desk else { return }
    let fingerprint = alert.labels.fingerprint
    noteIncidents()
    let outcome = desk.state(of: fingerprint)
    if desk.rules.correlation != nil { incidentOfEvent.append(outcome?.incident ?? 0) }
    if let outcome, outcome.first != fingerprint, let start = alert.startsAt {
      standIns[Episode(fingerprint: fingerprint, startsAt: start)] = Episode(
        fingerprint: outcome.first, startsAt: outcome.startsAt)
    }
  }

  private mutating func noteIncidents() {
    for case .merged(let part, let whole) in desk?.takeIncidentChanges() ?? [] { mergedInto[part] = whole }
  }

  private func rules(in page: Notification) -> Set<String> {
    Set(page.alerts.filter(\.isFiring).map { desk?.label("alertname", of: $0.fingerprint) ?? "" })
  }

  private mutating func take(_ notifications: [Notification]) {
    if keepsMessages { messages += notifications }
    messageCount += notifications.count
    for page in notifications where page.reason.tellsOfFiring && page.integration == 0 {
      if page.isPage {
        pageCount += 1
        pagesByReceiver[page.receiver, default: 0] += 1
        for rule in rules(in: page) { pagesByRule[rule, default: 0] += 1 }
      }
      let episodes = Set(
        page.alerts.filter(\.isFiring).map { Episode(fingerprint: $0.fingerprint, startsAt: $0.startsAt) })
      // A group's pages are one incident for as long as each shares an alert with the one before.
      let group = "\(page.receiver) \(page.groupKey)"
      var incident: Int
      if let last = lastPageOfGroup[group], !last.episodes.isDisjoint(with: episodes) {
        incident = last.incident
      } else {
        lastIncident += 1
        incident = lastIncident
      }
      lastPageOfGroup[group] = (incident, episodes)
      // Numbers below 0 are those of correlated incidents.
      if let correlated = page.incidents.first { incident = -correlated }
      for episode in episodes {
        guard secondsToFirstPage[episode] == nil else { continue }
        secondsToFirstPage[episode] = episode.startsAt.seconds(until: page.at)
        incidents[episode] = incident
      }
    }
  }
}
