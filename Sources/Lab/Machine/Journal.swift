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
  /// - Throws: `LabError` when a lab of this number is running, or is somebody else's.
  package init(_ layout: LabLayout) throws {
    descriptor = open(layout.journal, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    // What it says is undone, so nobody else may have written it.
    guard descriptor >= 0 ? Self.isOwn(descriptor) : errno != EACCES else {
      throw LabError("lab \(layout.number) is another user's; take another number")
    }
    guard descriptor >= 0 else {
      throw LabError("\(layout.journal) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw LabError("lab \(layout.number) is running; end it with tocsin-lab down --number \(layout.number)")
    }
    Self.undo(layout)
    ftruncate(descriptor, 0)
    note("supervisor", "\(getpid())")
    note("isolation", layout.isolation.rawValue)
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

  /// The process that holds the lab, where there is one and the lab is this user's.
  package static func supervisor(of layout: LabLayout) -> Int32? {
    let descriptor = open(layout.journal, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { Glibc.close(descriptor) }
    if !isOwn(descriptor) || flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return nil }
    return lines(layout).first { $0.kind == "supervisor" }.flatMap { Int32($0.name) }
  }

  /// How the lab that is running was started.
  static func isolation(of layout: LabLayout) -> Isolation? {
    lines(layout).first { $0.kind == "isolation" }.flatMap { Isolation(rawValue: $0.name) }
  }

  private static func isOwn(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_uid == geteuid()
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
    case .folder:
      // Who was told to end may still be writing.
      for _ in 0..<50 where access(name, F_OK) == 0 {
        if (try? FileManager.default.removeItem(atPath: name)) == nil { usleep(100_000) }
      }
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
