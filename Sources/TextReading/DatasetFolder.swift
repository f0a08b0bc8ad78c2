import Foundation
import IncidentModel

/// A folder that others wrote, and the one place where a name inside it becomes a path.
///
/// A symbolic link or a `..` may lead around inside the folder but never out of it.
package struct DatasetFolder: Hashable, Sendable {
  /// As it was given; messages begin with it.
  package let path: String
  /// Without symbolic links.
  private let root: String

  /// One name in a folder.
  package struct Entry: Hashable, Sendable {
    package var name: String
    package var isFolder: Bool
    package var isSymbolicLink: Bool
  }

  /// More names than this in one folder are refused.
  package static let maximumEntryCount = 1_000_000

  /// - Throws: `DatasetError` when there is no such folder.
  package init(_ path: String) throws {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard !path.isEmpty, let root = Self.canonical(trimmed) else {
      throw DatasetError(file: path, message: "there is no such folder; check the path")
    }
    guard Self.status(root).map({ $0.st_mode & S_IFMT == S_IFDIR }) == true else {
      throw DatasetError(file: path, message: "this is not a folder; name the folder of a case or a dataset")
    }
    self.path = trimmed
    self.root = root
  }

  /// How a name in this folder is shown in messages.
  package func shown(_ relative: String) -> String { relative.isEmpty ? path : "\(path)/\(relative)" }

  /// The path without symbolic links of a name in this folder, `""` being the folder itself; nil when nothing is there.
  ///
  /// - Throws: `DatasetError` when the name leads out of the folder.
  package func resolve(_ relative: String) throws -> String? {
    if relative.isEmpty { return root }
    var depth = 0
    for part in relative.split(separator: "/") where part != "." {
      depth += part == ".." ? -1 : 1
      guard depth >= 0 else { break }
    }
    guard depth >= 0, !relative.hasPrefix("/"), !relative.utf8.contains(0) else {
      throw DatasetError(file: shown(relative), message: "the name leads out of the dataset folder; it is not read")
    }
    guard let path = Self.canonical("\(root)/\(relative)") else { return nil }
    guard path == root || path.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw DatasetError(
        file: shown(relative), message: "a symbolic link leads out of the dataset folder; it is not read")
    }
    return path
  }

  /// Whether something readable has this name inside the folder; false for what leads out of it.
  package func contains(_ relative: String) -> Bool { ((try? resolve(relative)) ?? nil) != nil }

  /// Whether a folder has this name inside the folder.
  package func containsFolder(_ relative: String) -> Bool {
    guard let path = (try? resolve(relative)) ?? nil, let status = Self.status(path) else { return false }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder inside this one, in natural order (`issue_2` before `issue_10`), hidden ones left out.
  ///
  /// A symbolic link is an entry that is not a folder, so that a walk cannot go in circles.
  package func entries(_ relative: String = "") throws -> [Entry] {
    guard let path = try resolve(relative), let folder = opendir(path) else {
      throw DatasetError(file: shown(relative), message: "the folder cannot be opened")
    }
    defer { closedir(folder) }
    var entries: [Entry] = []
    while let pointer = readdir(folder) {
      let name = withUnsafePointer(to: &pointer.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name else {
        throw DatasetError(file: shown(relative), message: "a name in this folder is not UTF-8; rename it")
      }
      if name.hasPrefix(".") { continue }
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { continue }
      let kind = status.st_mode & S_IFMT
      entries.append(Entry(name: name, isFolder: kind == S_IFDIR, isSymbolicLink: kind == S_IFLNK))
      guard entries.count <= Self.maximumEntryCount else {
        throw DatasetError(file: shown(relative), message: "more than \(Self.maximumEntryCount) names in one folder")
      }
    }
    return entries.sorted { naturallyPrecedes($0.name, $1.name) }
  }

  private static func canonical(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}

/// Order in which runs of digits compare as numbers; bytes decide where that leaves a tie.
package func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
  let left = Array(left.utf8)
  let right = Array(right.utf8)
  var i = 0
  var j = 0
  while i < left.count, j < right.count {
    if isDigit(left[i]), isDigit(right[j]) {
      let a = digitRun(left, &i)
      let b = digitRun(right, &j)
      if a.count != b.count { return a.count < b.count }
      if a != b { return a.lexicographicallyPrecedes(b) }
    } else {
      if left[i] != right[j] { return left[i] < right[j] }
      i += 1
      j += 1
    }
  }
  if left.count - i != right.count - j { return left.count - i < right.count - j }
  return left.lexicographicallyPrecedes(right)
}

/// The digits from a position on, without leading zeros; moves the position behind them.
private func digitRun(_ bytes: [UInt8], _ position: inout Int) -> ArraySlice<UInt8> {
  let start = position
  while position < bytes.count, isDigit(bytes[position]) { position += 1 }
  return bytes[start..<position].drop { $0 == UInt8(ascii: "0") }
}
