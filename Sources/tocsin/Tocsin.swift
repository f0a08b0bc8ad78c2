import Commands
import Foundation

@main
struct Tocsin {
  static func main() async {
    exit(await TocsinCommand.run(Array(CommandLine.arguments.dropFirst())))
  }
}
