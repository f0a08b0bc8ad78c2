import IncidentModel
import TextReading

/// Finds the cases of a dataset: folders with a `case.yaml`, at any depth down to a bound.
struct CaseSearch {
  static let maximumDepth = 12
  static let maximumCaseCount = 100_000

  let folder: DatasetFolder

  /// Names inside the dataset folder, in natural order; `""` when the folder itself is a case.
  ///
  /// A symbolic link that leads out of the dataset is listed as a case, so that reading it says what is wrong.
  func relativePaths() throws -> [String] {
    var found: [String] = []
    try search("", depth: 0, &found)
    return found
  }

  /// Whether there is a case at all, without listing the rest.
  func findsAny() -> Bool {
    var queue = [("", 0)]
    var head = 0
    while head < queue.count, head < 1000 {
      let (relative, depth) = queue[head]
      head += 1
      if isCase(relative) { return true }
      guard depth < Self.maximumDepth, let entries = try? folder.entries(relative) else { continue }
      queue += entries.filter(\.isFolder).map { (join(relative, $0.name), depth + 1) }
    }
    return false
  }

  private func search(_ relative: String, depth: Int, _ found: inout [String]) throws {
    if isCase(relative) {
      guard found.count < Self.maximumCaseCount else {
        throw DatasetError(file: folder.path, message: "the dataset has more than \(Self.maximumCaseCount) cases")
      }
      found.append(relative)
      return
    }
    guard depth < Self.maximumDepth else { return }
    for entry in try folder.entries(relative) {
      let path = join(relative, entry.name)
      if entry.isFolder {
        try search(path, depth: depth + 1, &found)
      } else if entry.isSymbolicLink, leadsOut(path) {
        found.append(path)
      }
    }
  }

  private func isCase(_ relative: String) -> Bool {
    ["case.yaml", "case.yaml.gz"].contains { folder.contains(join(relative, $0)) || leadsOut(join(relative, $0)) }
  }

  private func leadsOut(_ relative: String) -> Bool {
    do {
      _ = try folder.resolve(relative)
      return false
    } catch {
      return true
    }
  }
}

/// A name inside a folder inside the dataset, `""` being the dataset's own folder.
func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }
