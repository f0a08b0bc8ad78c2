import Foundation
import Shop

/// `tocsin-shop ROLE --config FILE [--group NAME]`, or `tocsin-shop delay PORT TARGET MILLISECONDS`.
@main
struct ShopProgram {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    do {
      if words.count == 4, words[0] == "delay", let port = Int(words[1]), let target = Int(words[2]),
        let milliseconds = Double(words[3])
      {
        try ShopRole.delay(port: port, to: target, milliseconds: milliseconds)
      }
      guard words.count >= 3, let role = ShopRole(rawValue: words[0]), words[1] == "--config" else {
        let roles = ShopRole.allCases.map(\.rawValue).joined(separator: "|")
        FileHandle.standardError.write(Data("usage: tocsin-shop \(roles) --config FILE [--group NAME]\n".utf8))
        exit(64)
      }
      try role.run(configurationFile: words[2], group: words.count == 5 ? words[4] : "")
    } catch {
      FileHandle.standardError.write(Data("tocsin-shop: \(error)\n".utf8))
      exit(70)
    }
  }
}
