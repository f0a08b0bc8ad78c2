/// One event of a stream: from Server-Sent Events, or a line of JSON.
struct StreamEvent: Hashable, Sendable {
  /// Empty where the server names none.
  var name: String
  var data: [UInt8]
}

/// Cuts a stream's bytes, in whatever pieces they come, into events.
struct ServerSentEvents {
  private var lines = ByteLines()
  private var name = ""
  private var data: [UInt8] = []
  private var hasData = false

  /// The events that these bytes end.
  mutating func take(_ bytes: [UInt8]) -> [StreamEvent] {
    var events: [StreamEvent] = []
    for line in lines.take(bytes) {
      if line.isEmpty {
        if hasData { events.append(StreamEvent(name: name, data: data)) }
        (name, data, hasData) = ("", [], false)
        continue
      }
      let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
      var value = line[colon...].dropFirst()
      if value.first == 32 { value = value.dropFirst() }
      switch String(decoding: line[..<colon], as: UTF8.self) {
      case "event": name = String(decoding: value, as: UTF8.self)
      case "data":
        if hasData { data.append(10) }
        data += value
        hasData = true
      // Comments, which keep the connection open, and fields that mean nothing here.
      default: break
      }
    }
    return events
  }
}

/// Cuts bytes into lines that end with LF, CRLF or CR.
struct ByteLines {
  private var rest: [UInt8] = []
  private var endedWithReturn = false

  /// The lines that these bytes end, without their ends.
  mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      defer { endedWithReturn = byte == 13 }
      if byte == 10, endedWithReturn { continue }
      if byte == 10 || byte == 13 {
        lines.append(rest)
        rest = []
      } else {
        rest.append(byte)
      }
    }
    return lines
  }

  /// What stands behind the last line end.
  mutating func takeRest() -> [UInt8] {
    defer { rest = [] }
    return rest
  }
}
