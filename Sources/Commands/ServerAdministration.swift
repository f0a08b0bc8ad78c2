import ArgumentParser
import Foundation
import IncidentServer

extension Role: ExpressibleByArgument {}

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens that people and monitors show to the server.",
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a token; it is shown this once.",
      discussion: "Each role may do what those before it may: viewer, responder, approver, admin.")
    @Option(help: "viewer reads; responder sends alerts and moves incidents along; approver decides; admin does all.")
    var role: Role
    @Option(help: ArgumentHelp("Who or what will show it; stands in the audit log.", valueName: "name"))
    var name: String
    @OptionGroup var place: DataFolderOptions

    func run() async throws {
      let store = try await place.store()
      defer { store.close() }
      let made = try await AccessTokens(store).create(
        name: name, role: role, by: NSUserName(), at: .current)
      place.global.console.note("token \(made.record.id), \(role.rawValue), for \(name); it cannot be shown again:")
      place.global.console.result(made.token)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Every token that was made, without its secret.")
    @OptionGroup var place: DataFolderOptions

    func run() async throws {
      let store = try await place.existingStore()
      defer { store.close() }
      for token in try await AccessTokens(store).list() {
        let state = token.revokedAt.map { "revoked \($0)" } ?? "in force"
        place.global.console.result(
          "\(token.id)  \(token.role.rawValue)  \(token.name)  made \(token.createdAt)  \(state)")
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Take a token back, at once.")
    @Argument(help: "The token's identifier, as `token list` shows it.") var id: String
    @OptionGroup var place: DataFolderOptions

    func run() async throws {
      let store = try await place.existingStore()
      defer { store.close() }
      guard try await AccessTokens(store).revoke(id, by: NSUserName(), at: .current) else {
        throw CommandFailure(.usage, "there is no token \(id) in force", hint: "tocsin token list shows them")
      }
      place.global.console.note("token \(id) is revoked")
    }
  }
}

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The server's log of every change of state.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Check that no entry was changed or taken out.",
      discussion: """
        Each entry holds the digest of the one before. Note the last digest elsewhere from time to time: with it, a later \
        check also shows whether entries at the end are missing.
        """)
    @OptionGroup var place: DataFolderOptions

    func run() async throws {
      let store = try await place.existingStore()
      defer { store.close() }
      let check = try await AuditLog(store).verify()
      if let broken = check.firstBroken {
        throw CommandFailure(.badInput, "entry \(broken) of \(check.entryCount) is not as it was written")
      }
      place.global.console.result("\(check.entryCount) entries are in order; the last is \(check.lastHash)")
    }
  }
}

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the server's store into a file, while the server runs.")
  @Argument(help: "The file to make.") var file: String
  @OptionGroup var place: DataFolderOptions

  func run() async throws {
    guard !FileManager.default.fileExists(atPath: file) else {
      throw CommandFailure(.usage, "\(file) is there already", hint: "name a file that does not exist yet")
    }
    let store = try await place.existingStore()
    defer { store.close() }
    try await store.backup(to: file)
    place.global.console.note("copied to \(file)")
  }
}
