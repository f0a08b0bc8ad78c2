import HTTPTransport
import TestSupport
import Testing

@Suite(
  .enabled(if: CertificateFolder.openssl != nil, "the openssl command makes the certificates and is not installed"))
final class SecureConnectionTests {
  private let certificates: CertificateFolder

  init() throws { certificates = try CertificateFolder(serverName: "cluster.test") }

  deinit { certificates.remove() }

  private func trusting(_ authority: String = "authority.pem") throws -> HTTPSettings {
    var settings = HTTPSettings()
    settings.certificateAuthorities = try certificates.bytes(authority)
    settings.serverName = "cluster.test"
    return settings
  }

  private func fetch(_ server: SecureServer, _ settings: HTTPSettings) async throws -> String {
    let response = try await HTTPClient(settings).send(HTTPRequest("https://127.0.0.1:\(server.port)/hello"))
    return String(decoding: response.body, as: UTF8.self)
  }

  @Test func trustsOnlyWhomItIsTold() async throws {
    let server = try SecureServer(certificates, answers: ["hello": "hi"])
    #expect(try await fetch(server, try trusting()) == "hi")
    #expect(await kind { try await self.fetch(server, try self.trusting("stranger.pem")) } == .notTrusted)
    #expect(await kind { try await self.fetch(server, HTTPSettings()) } == .notTrusted)
    // The right authority, but the certificate is for another name.
    var settings = try trusting()
    settings.serverName = nil
    #expect(await kind { try await self.fetch(server, settings) } == .notTrusted)
    settings.verifiesServer = false
    settings.certificateAuthorities = nil
    #expect(try await fetch(server, settings) == "hi")
    server.stop()
  }

  @Test func showsItsCertificateFromMemory() async throws {
    let server = try SecureServer(certificates, answers: ["hello": "hi"], asksForCertificate: true)
    var settings = try trusting()
    #expect(await kind { try await self.fetch(server, settings) } != nil)
    settings.identity = HTTPSettings.ClientIdentity(
      certificate: try certificates.bytes("client.pem"), key: try certificates.bytes("client.key"))
    #expect(try await fetch(server, settings) == "hi")
    settings.identity?.key = try certificates.bytes("stranger.key")
    #expect(await kind { try await self.fetch(server, settings) } == .badSettings)
    settings.identity?.certificate = Array("this is no certificate".utf8)
    #expect(await kind { try await self.fetch(server, settings) } == .badSettings)
    server.stop()
  }

  @Test func authoritiesThatAreNoneTrustNobody() async throws {
    let server = try SecureServer(certificates, answers: ["hello": "hi"])
    var settings = try trusting()
    settings.certificateAuthorities = Array("no PEM".utf8)
    #expect(await kind { try await self.fetch(server, settings) } == .badSettings)
    server.stop()
  }
}
