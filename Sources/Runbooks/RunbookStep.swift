import IncidentModel

extension Runbook {
  /// One thing to do.
  package struct Step: Hashable, Sendable, Codable {
    package var title: String
    package var action: Action
    /// False for a step that only looks.
    package var changesSomething: Bool
    package var undo: Undo?
    /// Of a `run` or `http` step and its undo.
    package var bounds = Bounds()
  }

  package enum Action: Hashable, Sendable, Codable {
    /// An argument vector; never passed through a shell.
    case run([String])
    case http(Request)
    case waitUntil(query: String, withinSeconds: Int)
    /// For people: the title says what to do.
    case manual

    package var kind: Remediation.Step.Kind {
      switch self {
      case .run: .run
      case .http: .http
      case .waitUntil: .waitUntil
      case .manual: .manual
      }
    }
  }

  package struct Request: Hashable, Sendable, Codable {
    package var method: String
    package var url: String
    package var body: String?
    /// The name of the secret that is sent as bearer token.
    package var bearer: String?
  }

  /// How a step is taken back: words, and a command where one does it.
  package struct Undo: Hashable, Sendable, Codable {
    package var title: String
    /// `run`, `http` or `manual`.
    package var action: Action
  }

  /// What a command may use and how long it may take. Nothing is unbounded: what the file does not say has a default.
  package struct Bounds: Hashable, Sendable, Codable {
    package var withinSeconds = 60
    /// More than that ends the command.
    package var outputKilobytes = 1024
    package var cpuSeconds: Int?
    package var memoryMegabytes: Int?
    package var openFiles: Int?
    package var processes: Int?
    /// Names of variables that are handed on; nothing else of the environment is.
    package var environment: [String] = []
    package var secrets: [SecretVariable] = []
    package var folder: String?
    /// The account that the command runs as; nil for the program's own.
    package var user: String?
  }

  /// A variable of a command's environment that holds a secret, by the secret's name: its value stands in no file here.
  package struct SecretVariable: Hashable, Sendable, Codable {
    package var variable: String
    package var secret: String
  }
}
