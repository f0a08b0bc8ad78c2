import IncidentModel

/// A quarter of an hour of one day, both counted from the start of the incident's window, so that no calendar matters.
struct QuarterHour {
  static let aDay = 96
  private static let dayNanoseconds: Int64 = 86_400_000_000_000
  private static let nanoseconds = dayNanoseconds / Int64(aDay)

  let day: Int64
  let ofDay: Int
  /// What follows on a time mostly lies in the same quarter, and then nothing is divided.
  private let times: Range<Int64>

  init(at time: Int64, from start: Timestamp) {
    let (elapsed, overflow) = time.subtractingReportingOverflow(start.nanoseconds)
    guard !overflow else {
      // Farther away than 64 bits of nanoseconds reach.
      (day, ofDay, times) = (time < 0 ? -200_000 : 200_000, 0, time..<time)
      return
    }
    let (day, sinceMidnight) = elapsed.flooredDivision(by: Self.dayNanoseconds)
    let (quarter, sinceQuarter) = sinceMidnight.quotientAndRemainder(dividingBy: Self.nanoseconds)
    let (first, isBefore) = time.subtractingReportingOverflow(sinceQuarter)
    let (end, isBeyond) = first.addingReportingOverflow(Self.nanoseconds)
    (self.day, ofDay, times) = (day, Int(quarter), isBefore || isBeyond ? time..<time : first..<end)
  }

  /// False of every time at the ends of what 64 bits reach.
  func holds(_ time: Int64) -> Bool { times.lowerBound <= time && time < times.upperBound }
}
