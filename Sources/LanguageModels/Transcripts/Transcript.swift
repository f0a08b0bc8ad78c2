import Foundation
import TextReading

/// Exchanges that were recorded, by incident and request.
package struct Transcript: Sendable {
  package static let maximumBytes = 1 << 30

  package let file: String
  /// The model that was asked first; nil where nothing was.
  package private(set) var model: String?
  package private(set) var outcomes: [String: Result<ChatReply, LanguageModelError>] = [:]

  init(file: String) { self.file = file }

  /// - Throws: `DatasetError` with file and line for what is no transcript, is damaged or contradicts itself.
  package init(reading file: String) throws {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw DatasetError(file: file, message: "the transcript does not exist or may not be read")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Self.maximumBytes + 1) ?? Data() else {
      throw DatasetError(file: file, message: "this is not a file that can be read")
    }
    guard data.count <= Self.maximumBytes else {
      throw DatasetError(file: file, message: "the transcript is larger than \(Self.maximumBytes >> 20) MiB")
    }
    try self.init(file: file, bytes: [UInt8](data))
  }

  init(file: String, bytes: [UInt8]) throws {
    self.init(file: file)
    var hasHeader = false
    for (number, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 32 || $0 == 13 }) {
      func problem(_ message: String) -> DatasetError { DatasetError(file: file, line: number + 1, message: message) }
      let value: JSONValue
      do {
        value = try JSONValue(parsing: Array(line), name: file)
      } catch let error as DatasetError {
        throw DatasetError(file: file, line: number + 1, column: error.column, message: error.message)
      }
      guard hasHeader else {
        guard value == TranscriptEntry.header else {
          throw problem("a transcript begins with \(TranscriptEntry.header.text)")
        }
        hasHeader = true
        continue
      }
      do throws(TranscriptMistake) {
        let entry = try TranscriptEntry(value)
        model = model ?? entry.model
        guard outcomes.updateValue(entry.outcome, forKey: entry.key) == nil else {
          throw TranscriptMistake("this incident's request was recorded before")
        }
      } catch {
        throw problem(error.message)
      }
    }
    guard hasHeader else { throw DatasetError(file: file, message: "this is empty and no transcript") }
  }
}

/// Answers from a transcript, and never from anywhere else.
package struct ReplayedModel: LanguageModel {
  package let name: String
  private let transcript: Transcript
  private let incident: String

  /// It bears the name of the model that was recorded, so that a report says the same.
  package init(_ transcript: Transcript, incident: String) {
    self.transcript = transcript
    self.incident = incident
    name = transcript.model ?? "none"
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let digest = request.digest
    guard let outcome = transcript.outcomes[TranscriptEntry.key(incident: incident, digest: digest)] else {
      throw LanguageModelError(
        .notRecorded, model: name,
        detail: "\(transcript.file) holds no answer to the request \(digest) of the incident \(incident)")
    }
    return try outcome.get()
  }
}
