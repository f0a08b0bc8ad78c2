import IncidentModel
import Synchronization

/// Who is signed in with a browser. Kept in memory: a restart signs everybody out.
final class PageSessions: Sendable {
  static let cookieName = "tocsin_session"
  static let lifetimeSeconds = 12 * 3_600
  static let maximumCount = 1_000

  struct Session: Sendable, Hashable {
    var tokenID: String
    var csrfToken: String
    var endsAt: Timestamp
  }

  /// By the digest of the cookie.
  private let sessions = Mutex<[String: Session]>([:])

  /// The cookie's value; the oldest session gives way where there are too many.
  func begin(tokenID: String, at now: Timestamp) -> String {
    let cookie = Secrets.random()
    let session = Session(
      tokenID: tokenID, csrfToken: Secrets.random(), endsAt: now.advanced(bySeconds: Double(Self.lifetimeSeconds)))
    sessions.withLock { sessions in
      sessions = sessions.filter { $0.value.endsAt > now }
      if sessions.count >= Self.maximumCount, let oldest = sessions.min(by: { $0.value.endsAt < $1.value.endsAt }) {
        sessions[oldest.key] = nil
      }
      sessions[Secrets.digest(cookie)] = session
    }
    return cookie
  }

  func session(_ cookie: String, at now: Timestamp) -> Session? {
    sessions.withLock { $0[Secrets.digest(cookie)] }.flatMap { $0.endsAt > now ? $0 : nil }
  }

  func end(_ cookie: String) { sessions.withLock { $0[Secrets.digest(cookie)] = nil } }
}

/// Slows down those who try tokens: so many failures in a while, then none is looked at.
final class FailureLimit: Sendable {
  static let maximumFailures = 60
  static let windowSeconds = 60.0

  private let failures = Mutex<[Timestamp]>([])

  func isReached(at now: Timestamp) -> Bool {
    failures.withLock { failures in
      // A clock that was set back does not lock anybody out for longer.
      failures.removeAll { abs($0.seconds(until: now)) > Self.windowSeconds }
      return failures.count >= Self.maximumFailures
    }
  }

  /// Only as many are kept as count, however many come.
  func note(at now: Timestamp) {
    failures.withLock { failures in
      if failures.count >= Self.maximumFailures { failures.removeFirst() }
      failures.append(now)
    }
  }

  var noted: Int { failures.withLock(\.count) }
}
