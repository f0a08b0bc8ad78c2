import Commands
import Foundation

@main
struct Tocsin {
  static func main() async {
    // Whoever no longer reads ends the program, as on any command line. Not where commands are called: it is the process's.
    signal(SIGPIPE, SIG_DFL)
    exit(await TocsinCommand.run(Array(CommandLine.arguments.dropFirst())))
  }
}
