import ArgumentParser
import Foundation

/// `tocsin dataset record`: the lab is a program of its own, and this becomes it.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record incidents from the lab's shop of real processes (docs/lab.md).",
    discussion: "The same as tocsin-lab record, which has to lie beside tocsin; every option is passed on.")

  @Argument(parsing: .captureForPassthrough, help: "What tocsin-lab record takes.") var arguments: [String] = []

  func run() throws {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    let program = (own as NSString).deletingLastPathComponent + "/tocsin-lab"
    guard access(program, X_OK) == 0 else {
      // Without the lab's program nobody but this one can answer.
      if arguments.contains(where: { ["-h", "--help"].contains($0) }) { throw CleanExit.helpRequest(self) }
      throw CommandFailure(
        .unavailable, "\(program) is missing, which records",
        hint: "build it with make lab, or take .build/release/tocsin-lab record itself")
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([program, "record"] + arguments).map { strdup($0) } + [nil]
    execv(program, &words)
    throw CommandFailure(.internalFault, "\(program) cannot be run: \(String(cString: strerror(errno)))")
  }
}
