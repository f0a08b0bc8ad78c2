import Foundation

/// Answers the shop's questions for addresses: DNS over UDP, one question a packet, type A only.
enum NameServer {
  static func run(_ service: Service) throws {
    let descriptor = try SocketAddress.bound(SOCK_DGRAM, port: 53)
    Threads.start("metrics") { try? service.run([:]) }
    var packet = [UInt8](repeating: 0, count: 512)
    while true {
      var sender = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(descriptor, &packet, 512, 0, $0, &size) }
      }
      guard count > 0, let (name, reply) = answer(Array(packet[..<count]), service.settings.addresses) else { continue }
      service.metrics.count("dns_queries_total")
      if reply[3] & 15 != 0 { service.telemetry.write(.warning, "no such name: \(name)") }
      _ = withUnsafePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(descriptor, reply, reply.count, 0, $0, size)
        }
      }
    }
  }

  /// The question's name and the packet to send back; nil for what is no question (RFC 1035, section 4).
  static func answer(_ packet: [UInt8], _ addresses: [String: String]) -> (name: String, reply: [UInt8])? {
    guard packet.count > 16, packet[4] == 0, packet[5] == 1 else { return nil }
    var labels: [String] = []
    var position = 12
    while position < packet.count, packet[position] > 0 {
      let end = position + 1 + Int(packet[position])
      guard end < packet.count else { return nil }
      labels.append(String(decoding: packet[(position + 1)..<end], as: UTF8.self))
      position = end
    }
    let questionEnd = position + 5
    guard questionEnd <= packet.count, let name = labels.first?.lowercased() else { return nil }
    let address = addresses[name]?.split(separator: ".").compactMap { UInt8($0) } ?? []
    let isFound = address.count == 4 && packet[position + 2] == 1
    var reply = Array(packet[..<questionEnd])
    // An authoritative answer; 3 is "no such name".
    reply.replaceSubrange(2..<4, with: [0x85, address.count == 4 ? 0x80 : 0x83])
    reply.replaceSubrange(6..<12, with: [0, isFound ? 1 : 0, 0, 0, 0, 0])
    if isFound { reply += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 2, 0, 4] + address }
    return (name, reply)
  }
}
