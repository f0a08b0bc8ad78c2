import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct DelimitedReaderTests {
  private func rows(_ text: String, limits: ReadLimits = ReadLimits()) throws -> [[String]] {
    var reader = DelimitedReader(FileBytes(text), limits: limits)
    var rows: [[String]] = []
    while try reader.nextRow() { rows.append((0..<reader.fieldCount).map { reader.text($0) }) }
    return rows
  }

  @Test func plainRows() throws {
    #expect(try rows("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try rows("a,b\r\n1,2") == [["a", "b"], ["1", "2"]])
    #expect(try rows("\u{feff}a,b\n\n1,\n") == [["a", "b"], ["1", ""]])
    #expect(try rows(",,\n") == [["", "", ""]])
    #expect(try rows("") == [])
    #expect(try rows("\n\r\n") == [])
  }

  @Test func quotedFields() throws {
    #expect(try rows("\"a,b\",\"say \"\"hi\"\"\"\n1,2\n") == [["a,b", "say \"hi\""], ["1", "2"]])
    #expect(try rows("\"two\nlines\",x\r\n\"\",\"\"\r\n") == [["two\nlines", "x"], ["", ""]])
    #expect(try rows("a,\"b\"") == [["a", "b"]])
    #expect(try rows("a,\"b\"\r") == [["a", "b"]])
    #expect(try rows("5\" disk,x\n") == [["5\" disk", "x"]])
  }

  @Test func linesAreCountedThroughQuotedOnes() throws {
    var reader = DelimitedReader(FileBytes("h\n\"a\nb\"\nc\n"))
    var lines: [Int] = []
    while try reader.nextRow() { lines.append(reader.line) }
    #expect(lines == [1, 2, 4])
  }

  @Test func raggedRowsHaveAPlace() throws {
    let error = datasetError {
      var reader = DelimitedReader(FileBytes("a,b\n1,2,3\n"))
      while try reader.nextRow() { try reader.requireFieldCount(2) }
    }
    #expect(error?.line == 2)
    #expect(error?.column == 5)
    let short = datasetError {
      var reader = DelimitedReader(FileBytes("a,b\n1,2\n1\n"))
      while try reader.nextRow() { try reader.requireFieldCount(2) }
    }
    #expect(short?.line == 3)
    #expect(short?.column == 2)
  }

  @Test func badQuotesHaveAPlace() throws {
    let open = datasetError { _ = try rows("a,b\n1,\"open\n\n") }
    #expect(open == DatasetError(file: "input", line: 2, column: 3, message: open?.message ?? ""))
    #expect(open?.message.contains("not closed") == true)
    let tail = datasetError { _ = try rows("\"a\"x,b\n") }
    #expect(tail?.line == 1)
    #expect(tail?.column == 4)
  }

  @Test func linesAreBounded() throws {
    var limits = ReadLimits()
    limits.maximumLineBytes = 10
    #expect(try rows("12345,6789\n1\n", limits: limits) == [["12345", "6789"], ["1"]])
    for text in ["a\n123456789,12\n", "a\n\"3456789012345\"\n", "a\n\"3456789012345"] {
      let error = datasetError { _ = try rows(text, limits: limits) }
      #expect(error?.line == 2)
      #expect(error?.message.contains("longer than 10 bytes") == true, "\(text)")
    }
  }
}
