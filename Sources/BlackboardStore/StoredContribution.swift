import Foundation
import IncidentModel

/// A contribution as a row holds it: its kind, and its value as JSON with sorted keys.
struct StoredContribution: Hashable, Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case opening, detection, signal, context, assessment, hypothesis, critique, remediation, diagnostic, advice,
      conclusion
  }

  var kind: String
  var payload: String

  init(kind: String, payload: String) {
    self.kind = kind
    self.payload = payload
  }

  init(_ contribution: Contribution) throws {
    switch contribution {
    case .opening(let value): try self.init(.opening, value)
    case .detection(let value): try self.init(.detection, value)
    case .signal(let value): try self.init(.signal, value)
    case .context(let value): try self.init(.context, value)
    case .assessment(let value): try self.init(.assessment, value)
    case .hypothesis(let value): try self.init(.hypothesis, value)
    case .critique(let value): try self.init(.critique, value)
    case .remediation(let value): try self.init(.remediation, value)
    case .diagnostic(let value): try self.init(.diagnostic, value)
    case .advice(let value): try self.init(.advice, value)
    case .conclusion(let value): try self.init(.conclusion, value)
    }
  }

  /// - Throws: `BlackboardStoreError` with code `corrupted` for a kind or a payload that this program cannot read.
  func contribution(sequence: Int) throws -> Contribution {
    guard let kind = Kind(rawValue: kind) else {
      throw BlackboardStoreError(
        code: .corrupted, message: "Entry \(sequence) is of the kind “\(kind)”, which this program does not know.")
    }
    do {
      switch kind {
      case .opening: return .opening(try decoded())
      case .detection: return .detection(try decoded())
      case .signal: return .signal(try decoded())
      case .context: return .context(try decoded())
      case .assessment: return .assessment(try decoded())
      case .hypothesis: return .hypothesis(try decoded())
      case .critique: return .critique(try decoded())
      case .remediation: return .remediation(try decoded())
      case .diagnostic: return .diagnostic(try decoded())
      case .advice: return .advice(try decoded())
      case .conclusion: return .conclusion(try decoded())
      }
    } catch let error as DecodingError {
      throw BlackboardStoreError(
        code: .corrupted, message: "Entry \(sequence) (\(kind.rawValue)) cannot be read: \(error)")
    }
  }

  private init(_ kind: Kind, _ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // No agent should post one, but the log must be able to hold what was said.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    self.init(kind: kind.rawValue, payload: String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  private func decoded<Value: Decodable>() throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(Value.self, from: Data(payload.utf8))
  }
}
