import Foundation

extension Fault {
  /// A forgotten file takes what was left of the purchases' disk.
  static let diskFull = Fault(
    name: "disk-full", summary: "the disk that purchases are written to is full", kind: .disk, targets: ["postgres"],
    metric: "disk_used_ratio", needs: .smallDisk,
    bites: [.reaches("disk_used_ratio", 0.98), .says("No space left on device")]
  ) { lab, _ in
    let file = "\(PostgresPart.diskFolder(lab.layout))/export.dump"
    lab.whenRestored { try FileManager.default.removeItem(atPath: file) }
    // Until it is full: the last piece fails, as it should.
    Tool.runQuietly(["dd", "if=/dev/zero", "of=\(file)", "bs=4k", "status=none"])
  }
}
