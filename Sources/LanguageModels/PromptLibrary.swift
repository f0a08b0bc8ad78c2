/// The prompts of a project folder, checked strictly when read.
package struct PromptLibrary: Sendable {
  /// Sorted by name.
  package let templates: [PromptTemplate]

  package init(templates: [PromptTemplate] = []) { self.templates = templates.sorted { $0.name < $1.name } }

  /// Reads every `*.md` of the folder, with the fragments in `fragments/`.
  /// - Throws: the first `ProjectFileError`.
  package init(folder: String) throws {
    let (library, problems) = Self.read(folder)
    if let first = problems.first { throw first }
    self = library
  }

  package subscript(name: String) -> PromptTemplate? { templates.first { $0.name == name } }

  /// What can be read, and every mistake in the rest.
  package static func read(_ folder: String) -> (library: PromptLibrary, problems: [ProjectFileError]) {
    var templates: [PromptTemplate] = []
    var problems: [ProjectFileError] = []
    do {
      for name in try ProjectFile.names(in: folder, ending: ".md") {
        do {
          templates.append(
            try PromptTemplate(name: name, file: "\(folder)/\(name).md", fragmentsFolder: "\(folder)/fragments"))
        } catch let error as ProjectFileError {
          problems.append(error)
        }
      }
    } catch {
      problems.append(error as? ProjectFileError ?? ProjectFileError(file: folder, message: "\(error)"))
    }
    return (PromptLibrary(templates: templates), problems)
  }
}
