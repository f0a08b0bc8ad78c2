import Foundation
import IncidentModel
import Shop

/// Breaks a running shop and has `tocsin investigate` ask its Prometheus while the fault lasts: what somebody who is paged
/// would do. For the main thread alone.
package struct LiveTrial {
  package var fault: Fault
  package var target: String
  /// How long the shop runs undisturbed; from this, normal is learnt.
  package var beforeSeconds = 150.0
  /// Which recordings to keep, in folders `alert` and `blind`; nil for none.
  package var recordings: String?
  /// From the page until somebody asks.
  private static let pauseSeconds = 15.0
  /// Without a page by then, it is asked all the same.
  private static let patienceSeconds = 45.0
  private static let warmUpSeconds = 25.0

  package init(fault: Fault, target: String) {
    self.fault = fault
    self.target = target
  }

  /// - Parameter note: is told in sentences what happens, with the seconds since the fault began.
  /// - Returns: what was answered with the alert, where one fired, and without.
  /// - Throws: `LabError`, `CancellationError`.
  package func run(_ laboratory: Laboratory, _ note: (String) -> Void) throws -> [LiveAnswer] {
    try checkProject(laboratory)
    note("the shop runs for \(Int(Self.warmUpSeconds + beforeSeconds)) s before anything is broken")
    try laboratory.wait(Self.warmUpSeconds + beforeSeconds)
    let lab = try RunningLab(laboratory.layout)
    defer { try? lab.restore() }
    let began = ProcessTable.seconds
    func sinceFault() -> Double { ProcessTable.seconds - began }
    let start = Timestamp(nanoseconds: Moment.wallNanoseconds)
    try lab.begin(fault, at: target)
    note("0 s: \(fault.summary), at \(target)")
    let page = try firstPage(laboratory, since: start) { sinceFault() }
    if let page {
      note("\(Self.text(sinceFault())) s: \(page) pages; somebody asks \(Int(Self.pauseSeconds)) s later")
      try laboratory.wait(Self.pauseSeconds)
    } else {
      note("\(Self.text(sinceFault())) s: nobody was paged")
    }
    let questions: [String?] = page == nil ? [nil] : [page, nil]
    return try questions.map { try ask(laboratory, alert: $0, sinceFault, note) }
  }

  /// tocsin reads agents and runbooks from the project's folder: what is wrong with it is better said now than when the
  /// shop has run for minutes.
  private func checkProject(_ laboratory: Laboratory) throws {
    let notes = "\(laboratory.layout.folder)/live-check.notes"
    guard try run([laboratory.layout.tocsinProgram, "check"], notes: notes, laboratory) != 0 else { return }
    throw LabError("tocsin check: \((try? String(contentsOfFile: notes, encoding: .utf8)) ?? "it failed")")
  }

  private func firstPage(
    _ laboratory: Laboratory, since start: Timestamp, _ sinceFault: () -> Double
  ) throws -> String? {
    let prometheus = SeriesReading(url: laboratory.layout.prometheusURL)
    while sinceFault() < Self.patienceSeconds {
      try laboratory.wait(1)
      let now = Timestamp(nanoseconds: Moment.wallNanoseconds)
      let fired = try prometheus.alerts(TimeWindow(start: start, end: now))
      let pages = fired.filter { $0.labels["severity"] == "page" }
      if let first = pages.min(by: { ($0.startsAt, $0.name) < ($1.startsAt, $1.name) }) { return first.name }
    }
    return nil
  }

  private func ask(
    _ laboratory: Laboratory, alert: String?, _ sinceFault: () -> Double, _ note: (String) -> Void
  ) throws -> LiveAnswer {
    let asked = sinceFault()
    let files = "\(laboratory.layout.folder)/live-\(alert == nil ? "blind" : "alert")"
    var words = [
      laboratory.layout.tocsinProgram, "investigate", "--from", "prometheus=\(laboratory.layout.prometheusURL)",
      "--window", "\(Int(beforeSeconds + asked))s", "--format", "json", "--output", "\(files).json",
    ]
    if let alert { words += ["--alert", alert] }
    if let recordings { words += ["--record", "\(recordings)/\(alert == nil ? "blind" : "alert")"] }
    for file in ["json", "notes"] { unlink("\(files).\(file)") }
    let status = try run(words, notes: "\(files).notes", laboratory)
    let said = (try? String(contentsOfFile: "\(files).notes", encoding: .utf8)) ?? ""
    guard status == 0, let answer = FileManager.default.contents(atPath: "\(files).json") else {
      throw LabError("tocsin investigate ended with status \(status): \(said)")
    }
    note("\(Self.text(asked)) s: asked \(alert.map { "what explains \($0)" } ?? "without an alert")")
    for line in said.split(separator: "\n") where line.hasSuffix(" s)") { note("  \(line)") }
    note("\(Self.text(sinceFault())) s: answered")
    return try LiveAnswer(answer, alert: alert, fault: fault, target: target)
  }

  /// Runs a program to its end, and looks after the lab meanwhile.
  private func run(_ words: [String], notes: String, _ laboratory: Laboratory) throws -> Int {
    let program = ChildProcess(process: try ChildProcess.spawn(words, logFile: notes))
    while true {
      if let status = program.ended() { return status }
      do { try laboratory.wait(0.1) } catch {
        program.end()
        throw error
      }
    }
  }

  private static func text(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
