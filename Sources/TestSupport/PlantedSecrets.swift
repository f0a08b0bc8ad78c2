import Foundation

/// A log line with a secret in it, both made up from a seed: no value here is or resembles one that anybody was given.
package struct PlantedSecret: Sendable {
  package var kind: String
  package var secret: String
  package var line: String
}

/// Secrets of many kinds in the lines that leak them.
package enum PlantedSecrets {
  /// So many lines of each kind.
  package static func corpus(seed: UInt64, perKind: Int) -> [PlantedSecret] {
    var random = SeededCharacters(seed: seed)
    return (0..<perKind).flatMap { _ in
      issuedKinds.map { kind in issued(kind, &random) } + shapedKinds.map { $0(&random) }
    }
  }

  /// Name, what it begins with, the length and alphabet of the rest. The beginnings are put together here so that no
  /// source file holds a whole one beside a body.
  private static let issuedKinds: [(name: String, prefix: [String], length: Int, alphabet: String)] = [
    ("aws-access-key-id", ["AK", "IA"], 16, SeededCharacters.uppercase + "234567"),
    ("google-api-key", ["AI", "za"], 35, SeededCharacters.base64URL),
    ("google-oauth", ["ya", "29."], 60, SeededCharacters.base64URL),
    ("github", ["gh", "p_"], 36, SeededCharacters.alphanumeric),
    ("github-fine-grained", ["github", "_pat_"], 60, SeededCharacters.alphanumeric + "_"),
    ("gitlab", ["gl", "pat-"], 20, SeededCharacters.base64URL),
    ("slack", ["xo", "xb-"], 40, SeededCharacters.digits + SeededCharacters.lowercase),
    ("stripe", ["sk", "_live_"], 24, SeededCharacters.alphanumeric),
    ("stripe-webhook", ["wh", "sec_"], 32, SeededCharacters.alphanumeric),
    ("npm", ["np", "m_"], 36, SeededCharacters.alphanumeric),
    ("pypi", ["py", "pi-AgE"], 80, SeededCharacters.base64URL),
    ("openai", ["s", "k-proj-"], 48, SeededCharacters.base64URL),
    ("anthropic", ["s", "k-ant-api03-"], 60, SeededCharacters.base64URL),
    ("sendgrid", ["S", "G."], 60, SeededCharacters.base64URL),
    ("vault", ["hv", "s."], 24, SeededCharacters.alphanumeric),
    ("digitalocean", ["dop", "_v1_"], 64, SeededCharacters.hexadecimal),
    ("huggingface", ["h", "f_"], 34, SeededCharacters.alphanumeric),
    ("databricks", ["da", "pi"], 32, SeededCharacters.hexadecimal),
    ("shopify", ["shp", "at_"], 32, SeededCharacters.hexadecimal),
    ("docker", ["dckr", "_pat_"], 27, SeededCharacters.base64URL),
  ]

  private static let carriers = [
    "level=error msg=\"upload failed\" credential=%",
    "2026-03-14T17:50:51Z WARN  [http-nio-8080-exec-3] c.e.shop.PaymentClient - request refused, used key % for tenant 42",
    "{\"ts\":1773510651,\"level\":\"debug\",\"body\":\"calling upstream with %\"}",
    "env: FOO=bar KEY_IN_USE=% PATH=/usr/bin",
    "GET /v1/items?limit=10&k=%&page=2 HTTP/1.1 403 12ms",
    "panic: could not authenticate (%): connection reset",
  ]

  private static func issued(
    _ kind: (name: String, prefix: [String], length: Int, alphabet: String), _ random: inout SeededCharacters
  ) -> PlantedSecret {
    let secret = kind.prefix.joined() + random.text(kind.length, of: kind.alphabet)
    return planted(kind.name, secret, random.one(of: carriers))
  }

  private static func planted(_ kind: String, _ secret: String, _ line: String) -> PlantedSecret {
    PlantedSecret(kind: kind, secret: secret, line: line.replacing("%", with: secret))
  }

  private static func password(_ random: inout SeededCharacters) -> String {
    let words = ["Winter", "hunter", "correct-horse", "Tr0ub4dor", "changeme", "s3cr3t", "letmein"]
    return random.one(of: words) + random.text(random.number(in: 2...8), of: SeededCharacters.alphanumeric + "!_.-")
      + random.text(1, of: SeededCharacters.alphanumeric)
  }

  private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  typealias Maker = @Sendable (inout SeededCharacters) -> PlantedSecret

  private static let shapedKinds: [Maker] = tokenKinds + passwordKinds + personalKinds

  private static let tokenKinds: [Maker] = [
    { random in
      let header = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}").replacing("=", with: "")
      let claims = base64("{\"sub\":\"\(random.text(8, of: SeededCharacters.digits))\"}").replacing("=", with: "")
      let token = "\(header).\(claims).\(random.text(43, of: SeededCharacters.base64URL))"
      return planted("jwt", token, "auth filter: rejected % (expired 3 min ago)")
    },
    { random in
      planted(
        "bearer", random.text(32, of: SeededCharacters.alphanumeric),
        random.one(of: ["> Authorization: Bearer %", "sent header \"authorization\": \"Bearer %\" to orders"]))
    },
    { random in
      planted("basic", base64("svc:" + password(&random)), "curl -H 'Authorization: Basic %' http://orders:8080/health")
    },
    { random in
      planted(
        "cookie", "session=" + random.text(32, of: SeededCharacters.alphanumeric), "Cookie: %; theme=dark")
    },
    { random in
      planted(
        "session-id", random.text(32, of: SeededCharacters.digits + "ABCDEF"), "GET /cart;JSESSIONID=% HTTP/1.1 200")
    },
    { random in
      let lines = (0..<4).map { _ in random.text(64, of: SeededCharacters.base64) }
      let kind = random.one(of: ["RSA ", "EC ", "OPENSSH ", ""])
      let separator = random.one(of: ["\n", "\\n"])
      let block = ["-----BEGIN \(kind)PRIVATE KEY-----"] + lines + ["-----END \(kind)PRIVATE KEY-----"]
      return planted("private-key", block.joined(separator: separator), "loaded key: % ok")
    },
    { random in
      planted(
        "ssh-key", "AAAAB3NzaC1yc2E" + random.text(120, of: SeededCharacters.base64),
        "authorized: ssh-rsa % ops@bastion")
    },
    { random in
      planted("aws-secret", random.text(40, of: SeededCharacters.base64), "aws_secret_access_key = %")
    },
    { random in
      planted(
        "aws-signature", random.text(64, of: SeededCharacters.hexadecimal),
        "GET /bucket/key?X-Amz-Expires=900&X-Amz-Signature=% 403")
    },
    { random in
      planted(
        "azure-sas", random.text(43, of: SeededCharacters.alphanumeric) + "%3D",
        "PUT /c/blob?sv=2024-11-04&sp=rw&sig=_SIG_&se=2026 201".replacing("_SIG_", with: "%"))
    },
    { random in
      planted(
        "azure-storage", random.text(86, of: SeededCharacters.base64) + "==",
        "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=%;EndpointSuffix=core.windows.net")
    },
    { random in
      let path =
        "T\(random.text(8, of: SeededCharacters.uppercase))/B\(random.text(8, of: SeededCharacters.uppercase))/"
      return planted(
        "webhook", path + random.text(24, of: SeededCharacters.alphanumeric),
        "POST https://hooks.slack.com/services/% 404")
    },
    { random in
      planted("hex-secret", random.text(32, of: SeededCharacters.hexadecimal), "config: DD_API_KEY=% site=eu")
    },
    { random in
      planted("random-blob", random.text(44, of: SeededCharacters.base64), "unexpected value % in field 7")
    },
    { random in
      planted(
        "url-token", random.text(40, of: SeededCharacters.alphanumeric), "cloning https://%@git.example.test/shop.git")
    },
  ]

  private static let passwordKinds: [Maker] = [
    { random in
      let scheme = random.one(of: ["postgres", "mysql", "redis", "amqp", "mongodb+srv", "https", "ftp"])
      return planted(
        "connection-string", password(&random), "dial \(scheme)://app:%@db-1.internal:5432/shop?sslmode=off failed")
    },
    { random in
      planted("jdbc", password(&random), "jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=%;encrypt=true")
    },
    { random in planted("dsn", password(&random), "gorm: cannot open shop:%@tcp(10.0.0.7:3306)/shop") },
    { random in
      planted("password-assignment", password(&random), "starting with DB_USER=app DB_PASSWORD=% DB_NAME=shop")
    },
    { random in
      planted("password-json", password(&random), "body {\"user\":\"ada\",\"password\":\"%\",\"remember\":true}")
    },
    { random in
      planted("password-escaped-json", password(&random), "msg=\"{\\\"userPassword\\\":\\\"%\\\",\\\"n\\\":1}\"")
    },
    { random in planted("password-yaml", password(&random), "  spring.datasource.password: %") },
    { random in
      planted("password-flag", password(&random), "exec: pg_dump --host db --password % --format c")
    },
    { random in planted("password-sql", password(&random), "ALTER ROLE app WITH PASSWORD '%';") },
    { random in planted("user-flag", password(&random), "+ curl -s -u deploy:% https://artifacts.example.test/x.tgz") },
  ]

  private static let personalKinds: [Maker] = [
    { random in
      let name =
        random.one(of: ["ada.lovelace", "g.hopper", "alan+shop", "k_johnson"])
        + random.text(2, of: SeededCharacters.digits)
      return planted(
        "email", "\(name)@\(random.one(of: ["example.com", "mail.example.org"]))", "order 4711 confirmed to % in 31ms")
    },
    { random in
      planted("card", cardNumber(&random), random.one(of: ["charge failed for card % (declined)", "pan=% exp=04/29"]))
    },
    { random in planted("iban", accountNumber(&random), "SEPA transfer to % rejected: AC04") },
    { random in
      planted("phone", "+49 30 \(random.number(in: 1_000_000...9_999_999))", "sms to % not delivered after 3 attempts")
    },
  ]

  private static func cardNumber(_ random: inout SeededCharacters) -> String {
    let body = "4" + random.text(14, of: SeededCharacters.digits)
    let sum = body.reversed().enumerated().reduce(0) { sum, digit in
      let value = (digit.element.wholeNumberValue ?? 0) * (digit.offset % 2 == 0 ? 2 : 1)
      return sum + (value > 9 ? value - 9 : value)
    }
    return body + String((10 - sum % 10) % 10)
  }

  private static func accountNumber(_ random: inout SeededCharacters) -> String {
    let account = random.text(18, of: SeededCharacters.digits)
    let remainder = (account + "131400").reduce(0) { ($0 * 10 + ($1.wholeNumberValue ?? 0)) % 97 }
    let check = 98 - remainder
    return "DE\(check < 10 ? "0" : "")\(check)\(account)"
  }
}
