import Dispatch
import Foundation
import TextReading

/// A transcript that is being written: one for all investigations of a run.
///
/// Each incident's request has one outcome: asked again, or after an interruption, it is answered from the transcript.
package final class Recording: Sendable {
  let answers: SharedAnswers
  private let file: TranscriptFile

  /// Begins a transcript, or goes on with one.
  /// - Throws: `DatasetError` where the file cannot be written, is damaged, or is being written by another run.
  package init(file: String) throws {
    self.file = try TranscriptFile(file)
    answers = SharedAnswers(capacity: nil, keepsErrors: true, known: self.file.known.outcomes)
  }

  func append(_ entry: TranscriptEntry) async throws { try await file.append(entry.json.text + "\n") }
}

/// Writes down every exchange of one incident before anybody sees its outcome.
package struct RecordedModel: LanguageModel {
  private let model: any LanguageModel
  private let recording: Recording
  private let incident: String

  package var name: String { model.name }

  /// - Parameter model: gets requests that are fit to be written down: redaction comes before.
  package init(_ model: any LanguageModel, recording: Recording, incident: String) {
    self.model = model
    self.recording = recording
    self.incident = incident
  }

  package func complete(_ request: ChatRequest) async throws -> ChatReply {
    let key = TranscriptEntry.key(incident: incident, digest: request.digest)
    return try await recording.answers.outcome(key) {
      let outcome: Result<ChatReply, LanguageModelError>
      do {
        outcome = .success(try await model.complete(request))
      } catch let error as LanguageModelError {
        outcome = .failure(error)
      }
      try await recording.append(
        TranscriptEntry(incident: incident, model: name, request: request.json, outcome: outcome))
      return try outcome.get()
    }.outcome.get()
  }
}

/// The file behind a recording: whole lines, each on disk before the next.
private final class TranscriptFile: Sendable {
  let known: Transcript
  private let path: String
  private let descriptor: Int32
  /// Writing blocks, so it happens here.
  private let queue = DispatchQueue(label: "transcript")

  init(_ path: String) throws {
    self.path = path
    func problem(_ message: String) -> DatasetError { DatasetError(file: path, message: message) }
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw problem("cannot be written: \(String(cString: strerror(errno)))") }
    do {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw problem("another run is recording into this file") }
      let bytes = try Data(contentsOf: URL(filePath: path))
      // A line without an end was being written when the program ended: nobody saw its outcome.
      let whole = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
      known = whole == 0 ? Transcript(file: path) : try Transcript(file: path, bytes: [UInt8](bytes.prefix(whole)))
      guard whole == bytes.count || Self.isTorn(bytes.suffix(from: whole)), ftruncate(descriptor, off_t(whole)) == 0
      else { throw problem("this is no transcript; name another file") }
      if whole == 0 { try Self.write(TranscriptEntry.header.text + "\n", to: descriptor, path) }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit {
    // Closing alone leaves the lock to a process that is being started just now and has not let go of the file yet.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// - Throws: `DatasetError` where the disk takes no more.
  func append(_ line: String) async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      // Without `self`, which would keep the file locked a moment longer than the last append.
      queue.async { [descriptor, path] in done.resume(with: Result { try Self.write(line, to: descriptor, path) }) }
    }
  }

  private static func isTorn(_ line: Data) -> Bool { line.first == UInt8(ascii: "{") }

  private static func write(_ line: String, to descriptor: Int32, _ path: String) throws {
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw DatasetError(file: path, message: String(cString: strerror(errno))) }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw DatasetError(file: path, message: String(cString: strerror(errno)))
    }
  }
}
