import Foundation

/// What the kernel says of processes to everybody, for components without a control group.
struct ProcessFiles: Sendable {
  /// The kernel's tick for everybody outside it.
  private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
  var root = "/proc"

  struct Usage: Hashable {
    /// Of the process, its children, and its children that have ended: never falls while it lives.
    var processorSeconds = 0.0
    /// Without what is shared with files and with each other, which would count for each of them.
    var memoryBytes = 0.0
  }

  /// Nil when there is no such process.
  func usage(of process: Int) -> Usage? {
    guard var usage = usageOfOne(process, endedChildren: true) else { return nil }
    for child in text("\(process)/task/\(process)/children").split(separator: " ").compactMap({ Int($0) }) {
      // It may have ended since.
      guard let one = usageOfOne(child, endedChildren: false) else { continue }
      usage.processorSeconds += one.processorSeconds
      usage.memoryBytes += one.memoryBytes
    }
    return usage
  }

  private func usageOfOne(_ process: Int, endedChildren: Bool) -> Usage? {
    // The program's name stands in brackets and may hold anything; utime, stime, cutime and cstime are the 12th to 15th
    // words after it (proc(5)).
    let words = text("\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard words.count > 14 else { return nil }
    let ticks = words[11...(endedChildren ? 14 : 12)].compactMap { Double($0) }.reduce(0, +)
    let memory = text("\(process)/status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    let kibibytes = memory?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.first ?? 0
    return Usage(processorSeconds: ticks / Self.ticksPerSecond, memoryBytes: kibibytes * 1024)
  }

  private func text(_ path: String) -> String {
    (try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) ?? ""
  }
}
