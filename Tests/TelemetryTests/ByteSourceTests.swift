import Foundation
import Testing
import TextReading

@testable import Telemetry

@Suite struct ByteSourceTests {
  let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func source(_ change: (inout ReadLimits) -> Void = { _ in }) throws -> ByteSource {
    var limits = ReadLimits()
    change(&limits)
    return ByteSource(folder: try temporary.folder(), limits: limits)
  }

  private func readError(_ name: String, _ change: (inout ReadLimits) -> Void = { _ in }) -> DatasetError? {
    datasetError {
      var source = try source(change)
      _ = try source.read(name)
    }
  }

  @Test func plainAndCompressedFilesReadAlike() throws {
    try temporary.write("a.csv", "time,x\n")
    try temporary.write("b.csv.gz", gzip("time,x\n"))
    var source = try source()
    #expect(try source.read("a.csv").text == "time,x\n")
    #expect(try source.read("b.csv").text == "time,x\n")
    #expect(try source.readIfPresent("c.csv") == nil)
  }

  @Test func compressionIsToldByTheFirstBytes() throws {
    try temporary.write("a.csv", gzip("hello"))
    var source = try source()
    #expect(try source.read("a.csv").text == "hello")
  }

  @Test func gzipMembersOneAfterAnotherAreOneFile() throws {
    try temporary.write("a.gz", gzip("one ") + gzip("two") + [0, 0, 0])
    var source = try source()
    #expect(try source.read("a").text == "one two")
  }

  @Test func truncatedGzipIsAnError() throws {
    let whole = gzip(String(repeating: "some text that compresses ", count: 1000))
    for cut in [3, 12, whole.count / 2, whole.count - 1] {
      try temporary.write("cut.gz", Array(whole[..<cut]))
      #expect(readError("cut")?.message.contains("ends too early") == true, "cut at \(cut)")
    }
  }

  @Test func damagedGzipAndTrailingBytesAreErrors() throws {
    var broken = gzip(String(repeating: "text ", count: 1000))
    broken[broken.count - 6] ^= 0xff
    try temporary.write("sum.gz", broken)
    try temporary.write("tail.gz", gzip("text") + Array("tail".utf8))
    #expect(readError("sum")?.message.contains("damaged") == true)
    #expect(readError("tail")?.message.contains("after the end") == true)
  }

  @Test func expansionIsBounded() throws {
    try temporary.write("zeros.gz", gzip([UInt8](repeating: 48, count: 3_000_000)))
    let error = readError("zeros") { $0.maximumExpandedBytes = 1_000_000 }
    #expect(error?.file.hasSuffix("zeros.gz") == true)
    #expect(error?.message.contains("1000000 bytes") == true)
    #expect(readError("zeros") { $0.maximumExpandedBytes = 3_000_000 } == nil)
  }

  @Test func fileSizeIsBounded() throws {
    try temporary.write("big", "0123456789")
    #expect(readError("big") { $0.maximumFileBytes = 9 }?.message.contains("10 bytes") == true)
  }

  @Test func namesThatLeadOutOfTheFolderAreRefused() throws {
    let outside = try TemporaryFolder()
    let secret = try outside.write("secret.csv", "time,x\n")
    try temporary.link("metrics.csv", to: secret)
    try temporary.link("away", to: outside.path)
    try temporary.write("inside/a.csv", "x")
    try temporary.link("inside/b.csv", to: "../inside/a.csv")
    for name in ["metrics.csv", "away/secret.csv", "../\(outside.path)/secret.csv", "inside/../../x", "/etc/hostname"] {
      #expect(readError(name)?.message.contains("out of the dataset folder") == true, "\(name)")
    }
    var source = try source()
    #expect(try source.read("inside/b.csv").text == "x")
    #expect(try source.read("inside/../inside/a.csv").text == "x")
  }

  @Test func onlyRegularFilesAreRead() throws {
    try #require(mkfifo("\(temporary.path)/pipe", 0o600) == 0)
    try temporary.write("folder/x", "x")
    #expect(readError("pipe")?.message.contains("not a regular file") == true)
    #expect(readError("folder")?.message.contains("not a regular file") == true)
  }

  @Test func plainAndCompressedSideBySideAreAmbiguous() throws {
    try temporary.write("a.csv", "x")
    try temporary.write("a.csv.gz", gzip("x"))
    #expect(readError("a.csv")?.message.contains("keep one") == true)
  }

  @Test func digestDependsOnContentsAndNotOnOrder() throws {
    try temporary.write("a", "1")
    try temporary.write("b", "2")
    var first = try source()
    _ = (try first.read("a"), try first.read("b"))
    var second = try source()
    _ = (try second.read("b"), try second.read("a"))
    #expect(first.inputDigest == second.inputDigest)
    try temporary.write("b", "3")
    var third = try source()
    _ = (try third.read("a"), try third.read("b"))
    #expect(first.inputDigest != third.inputDigest)
  }

  @Test func namesSortNaturally() throws {
    for name in ["issue_10", "issue_2", "issue_1", "issue_02", "a"] { try temporary.write(name, "") }
    try temporary.write(".hidden", "")
    let names = try temporary.folder().entries().map(\.name)
    #expect(names == ["a", "issue_1", "issue_02", "issue_2", "issue_10"])
  }

  @Test func missingFolderIsAnError() {
    #expect(datasetError { _ = try DatasetFolder("/nowhere/at/all") }?.message.contains("no such folder") == true)
  }
}
