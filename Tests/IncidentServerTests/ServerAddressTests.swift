import Testing

@testable import IncidentServer

@Suite struct ServerAddressTests {
  @Test(arguments: [("127.0.0.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false), ("10.0.0.7", false)])
  func onlyThisMachineIsLoopback(host: String, isLoopback: Bool) {
    #expect(ServerAddress(host: host, port: 8787).isLoopback == isLoopback)
  }

  @Test func anAddressOfSixteenBytesIsBracketed() {
    #expect(ServerAddress(host: "::1", port: 80).description == "[::1]:80")
  }
}
