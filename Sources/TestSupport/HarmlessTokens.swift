/// Words of logs that look like secrets to a rule that is too eager, made up from a seed.
package enum HarmlessTokens {
  /// Lines whose every word is harmless.
  package static func lines(seed: UInt64, count: Int) -> [String] {
    var random = SeededCharacters(seed: seed)
    return (0..<count).map { _ in
      (0..<8).map { _ in token(&random) }.joined(separator: random.one(of: [" ", " ", ", ", " | "]))
    }
  }

  private static func token(_ random: inout SeededCharacters) -> String {
    let words = ["checkout", "timeout", "connection", "refused", "order", "retry", "upstream", "payment", "cart"]
    switch random.number(below: 30) {
    case 0: return uuid(&random)
    case 1: return "trace_id=" + random.text(32, of: SeededCharacters.hexadecimal)
    case 2: return "span=" + random.text(16, of: SeededCharacters.hexadecimal)
    case 3: return random.text(40, of: SeededCharacters.hexadecimal)
    case 4: return "sha256:" + random.text(64, of: SeededCharacters.hexadecimal)
    case 5:
      return
        "2026-03-14T17:\(random.number(in: 10...59)):\(random.number(in: 10...59)).\(random.text(9, of: SeededCharacters.digits))Z"
    case 6:
      return
        "\(random.one(of: words))-\(random.text(10, of: "bcdfghjklmnpqrstvwxz2456789"))-\(random.text(5, of: "bcdfghjklmnpqrstvwxz2456789"))"
    case 7:
      return
        "registry.example.test/shop/\(random.one(of: words)):v1.\(random.number(below: 90)).\(random.number(below: 90))"
    case 8: return "17\(random.text(17, of: SeededCharacters.digits))"
    case 9: return "/var/lib/kubelet/pods/\(uuid(&random))/volumes"
    case 10: return "com.example.shop.\(random.one(of: words)).OrderControllerV2Impl"
    case 11: return "\(random.number(below: 100000)).\(random.number(below: 1000))ms"
    case 12: return "max_tokens=\(random.number(below: 9000))"
    case 13: return "token_count:\(random.number(below: 9000))"
    case 14: return "10.\(random.number(below: 255)).\(random.number(below: 255)).\(random.number(below: 255)):8080"
    case 15: return "containerd://" + random.text(64, of: SeededCharacters.hexadecimal)
    case 16: return "01" + random.text(24, of: "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    case 17: return "GET /api/v1/\(random.one(of: words))/\(random.number(below: 99999)) 200"
    case 18: return "error: invalid token: expired"
    case 19: return "secretName: \(random.one(of: words))-tls"
    case 20: return "password: required"
    case 21: return "arn:aws:iam::\(random.text(12, of: SeededCharacters.digits)):role/\(random.one(of: words))-reader"
    case 22: return "ECDHE-RSA-AES128-GCM-SHA256"
    case 23: return "0x\(random.text(16, of: SeededCharacters.hexadecimal))"
    case 24: return "password=${DB_PASSWORD}"
    case 25: return "x86_64-linux-gnu/libstdc++.so.6.0.\(random.number(below: 40))"
    default: return random.one(of: words)
    }
  }

  private static func uuid(_ random: inout SeededCharacters) -> String {
    [8, 4, 4, 4, 12].map { random.text($0, of: SeededCharacters.hexadecimal) }.joined(separator: "-")
  }
}
