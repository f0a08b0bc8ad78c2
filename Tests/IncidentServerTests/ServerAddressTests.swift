import Testing

@testable import IncidentServer

@Suite struct ServerAddressTests {
  @Test(arguments: [
    ("127.0.0.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false), ("10.0.0.7", false),
    ("127.evil.test", false), ("127.0.0.1.evil.test", false),
  ])
  func onlyThisMachineIsLoopback(host: String, isLoopback: Bool) {
    #expect(ServerAddress(host: host, port: 8787).isLoopback == isLoopback)
  }

  @Test func anAddressOfSixteenBytesIsBracketed() {
    #expect(ServerAddress(host: "::1", port: 80).description == "[::1]:80")
  }

  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:80", "[::1]:80"), (":80", "0.0.0.0:80"), ("::1:80", nil), ("x", nil),
    ("x:70000", nil), ("http://x:80", nil), ("x:-1", nil),
  ])
  func isReadFromText(text: String, address: String?) {
    #expect(ServerAddress(text)?.description == address)
  }
}
