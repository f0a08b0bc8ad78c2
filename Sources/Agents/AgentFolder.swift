import Foundation
import IncidentModel
import LanguageModels

extension AgentCatalog {
  /// What can be read of the agent files and prompts, and every mistake in the rest: an agent without a file, a file
  /// without an agent, a prompt that is missing and a prompt that nobody uses.
  static func read(
    agentsFolder: String, promptsFolder: String
  ) -> (
    manifests: [AgentManifest], prompts: PromptLibrary, calibration: ConfidenceFile?, problems: [ProjectFileError]
  ) {
    var manifests: [AgentManifest] = []
    var problems: [ProjectFileError] = []
    do {
      let files = try ProjectFile.names(in: agentsFolder, ending: ".yaml")
      for name in files where !names.contains(AgentName(name)) {
        problems.append(
          ProjectFileError(
            file: "\(agentsFolder)/\(name).yaml",
            message: "there is no agent “\(name)”; known are \(names.map(\.rawValue).joined(separator: ", "))"))
      }
      for name in names {
        do {
          manifests.append(try AgentManifest(name: name, file: "\(agentsFolder)/\(name).yaml"))
        } catch let error as ProjectFileError {
          problems.append(error)
        }
      }
    } catch {
      problems.append(error as? ProjectFileError ?? ProjectFileError(file: agentsFolder, message: "\(error)"))
    }
    var calibration: ConfidenceFile?
    let calibrationFile = ConfidenceFile.path(inAgents: agentsFolder)
    if FileManager.default.fileExists(atPath: calibrationFile) {
      do { calibration = try ConfidenceFile(file: calibrationFile) } catch { problems.append(error) }
    }
    let (prompts, promptProblems) = PromptLibrary.read(promptsFolder)
    problems += promptProblems
    problems += mismatches(manifests, prompts, promptProblems, agentsFolder, promptsFolder)
    return (manifests, prompts, calibration, problems)
  }

  private static func mismatches(
    _ manifests: [AgentManifest], _ prompts: PromptLibrary, _ unreadable: [ProjectFileError], _ agentsFolder: String,
    _ promptsFolder: String
  ) -> [ProjectFileError] {
    var problems: [ProjectFileError] = []
    for manifest in manifests where prompts[manifest.prompt] == nil {
      let file = "\(promptsFolder)/\(manifest.prompt).md"
      guard !unreadable.contains(where: { $0.file == file }) else { continue }
      problems.append(
        ProjectFileError(
          file: "\(agentsFolder)/\(manifest.name).yaml",
          message: "the prompt “\(manifest.prompt)” has no file \(file)")
      )
    }
    // With an agent file missing or wrong, nobody can tell which prompts are in use.
    guard manifests.count == names.count else { return problems }
    for template in prompts.templates where !manifests.contains(where: { $0.prompt == template.name }) {
      problems.append(ProjectFileError(file: template.file, message: "no agent uses this prompt"))
    }
    return problems
  }
}
