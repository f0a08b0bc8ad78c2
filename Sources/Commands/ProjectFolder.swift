import Foundation

/// Where `agents/`, `prompts/`, `runbooks/` and `datasets/` lie: found once, then passed down as a value.
package struct ProjectFolder: Sendable {
  package let path: String

  package var agents: String { path + "/agents" }
  package var prompts: String { path + "/prompts" }
  package var runbooks: String { path + "/runbooks" }
  package var schedule: String { path + "/schedule.yaml" }
  package var datasets: String { path + "/datasets" }

  /// In this order: the `--project` flag, `TOCSIN_PROJECT`, the nearest ancestor of the working folder, then the nearest
  /// ancestor of the program that is a project or has `share/tocsin`.
  package static func locate(
    flag: String?, environment: [String: String], workingFolder: String, program: String
  ) throws -> ProjectFolder {
    for (origin, given) in [("--project", flag), ("TOCSIN_PROJECT", environment["TOCSIN_PROJECT"])] {
      guard let given else { continue }
      let path = URL(fileURLWithPath: given, relativeTo: URL(fileURLWithPath: workingFolder)).standardizedFileURL.path
      guard isProject(path) else {
        throw CommandFailure(
          .usage, "\(origin) names \(given), which has no agents and prompts folders",
          hint: "name the folder that holds agents/, prompts/ and runbooks/")
      }
      return ProjectFolder(path: path)
    }
    if let path = ancestors(of: workingFolder).first(where: isProject) { return ProjectFolder(path: path) }
    let besideProgram = ancestors(of: program).flatMap { [$0, $0 == "/" ? "/share/tocsin" : $0 + "/share/tocsin"] }
    if let path = besideProgram.first(where: isProject) { return ProjectFolder(path: path) }
    throw CommandFailure(
      .usage, "no project folder was found above \(workingFolder) or beside the program",
      hint: "run inside the project, or name it with --project DIR or TOCSIN_PROJECT")
  }

  private static func isProject(_ path: String) -> Bool {
    ["agents", "prompts"].allSatisfy { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  private static func ancestors(of path: String) -> [String] {
    var url = URL(fileURLWithPath: path).standardizedFileURL
    var result = [url.path]
    while url.path != "/" {
      url.deleteLastPathComponent()
      result.append(url.path)
    }
    return result
  }
}
