import Agents
import ArgumentParser
import IncidentModel
import LanguageModels
import TextReading

/// Which language model takes part, and where the talk is written down.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The language model: off, a name from tocsin.yaml, or replay:FILE for the answers of a transcript.",
      valueName: "name"))
  var model = "off"

  @Option(help: ArgumentHelp("Write down every exchange with the model, for --model replay:FILE.", valueName: "file"))
  var transcript: String?

  enum Choice: Equatable {
    case off
    case named(String)
    case replayed(String)
  }

  func choice() throws -> Choice {
    let choice: Choice =
      if model == "off" { .off } else if model.hasPrefix("replay:"), model.count > 7 {
        .replayed(String(model.dropFirst(7)))
      } else { .named(model) }
    if transcript != nil {
      guard case .named = choice else {
        throw CommandFailure(.usage, "--transcript needs a model to write down", hint: "name one with --model")
      }
    }
    return choice
  }

  /// The model for each incident of this run; nil for none.
  func advisor(_ project: ProjectFolder) throws -> (@Sendable (Incident) -> Advisor)? {
    let session: ModelSession
    switch try choice() {
    case .off: return nil
    case .replayed(let file):
      do {
        session = ModelSession(replaying: try Transcript(reading: file))
      } catch {
        throw CommandFailure(.badInput, "\(error)")
      }
    case .named(let name):
      do {
        let recording = try transcript.map { try Recording(file: $0) }
        session = try ModelSetup.ofProcess(try ModelConfiguration(project)).session(name, recording: recording)
      } catch let error as ModelSetupError {
        throw CommandFailure(.usage, error.message, hint: error.hint)
      } catch let error as DatasetError {
        throw CommandFailure(.badInput, "\(error)")
      }
    }
    return { Advisor(model: session.model(forIncident: $0.id)) }
  }
}
