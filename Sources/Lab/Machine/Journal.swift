import Foundation

/// What the lab has made on the machine, written down before it is made, so that it can be undone by anybody at any
/// time: at the lab's end, by `down`, or at the next start.
package final class Journal {
  private enum Kind: String, CaseIterable {
    /// In the order in which they are undone.
    case group, mount, namespace, link, folder
  }

  private let descriptor: Int32

  /// Takes the journal for this process, after undoing what an earlier lab left.
  /// - Throws: `LabError` when a lab of this number is running.
  package init(_ layout: LabLayout) throws {
    descriptor = open(layout.journal, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw LabError("\(layout.journal) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw LabError("lab \(layout.number) is running; end it with tocsin-lab down --number \(layout.number)")
    }
    Self.undo(layout)
    ftruncate(descriptor, 0)
    note("supervisor", "\(getpid())")
  }

  /// Ends the lock; undo before that.
  func close() { Glibc.close(descriptor) }

  func willMake(group: String) { note(Kind.group.rawValue, group) }
  func willMount(_ folder: String) { note(Kind.mount.rawValue, folder) }
  func willMake(namespace: String) { note(Kind.namespace.rawValue, namespace) }
  func willMake(link: String) { note(Kind.link.rawValue, link) }
  func willMake(folder: String) { note(Kind.folder.rawValue, folder) }

  private func note(_ kind: String, _ name: String) {
    let line = "\(kind) \(name)\n"
    line.withCString { _ = write(descriptor, $0, strlen($0)) }
  }

  /// The process that holds the lab, where there is one.
  package static func supervisor(of layout: LabLayout) -> Int32? {
    let descriptor = open(layout.journal, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return nil }
    return lines(layout).first { $0.kind == "supervisor" }.flatMap { Int32($0.name) }
  }

  /// Ends every process and removes everything that the journal names; what is gone already is no error.
  package static func undo(_ layout: LabLayout) {
    let lines = lines(layout)
    for kind in Kind.allCases {
      for line in lines.reversed() where line.kind == kind.rawValue { undo(kind, line.name) }
    }
    // Stays where others have something in it.
    rmdir("/etc/netns")
  }

  private static func undo(_ kind: Kind, _ name: String) {
    switch kind {
    case .group: try? ControlGroup().remove(name)
    case .mount: umount2(name, Int32(MNT_DETACH))
    case .namespace: Tool.runQuietly(["ip", "netns", "delete", name])
    case .link: Tool.runQuietly(["ip", "link", "delete", name])
    case .folder: try? FileManager.default.removeItem(atPath: name)
    }
  }

  private static func lines(_ layout: LabLayout) -> [(kind: String, name: String)] {
    let text = (try? String(contentsOfFile: layout.journal, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return words.count == 2 ? (String(words[0]), String(words[1])) : nil
    }
  }
}
