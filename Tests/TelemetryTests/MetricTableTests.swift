import IncidentModel
import Testing
import TextReading

@testable import Telemetry

@Suite struct MetricTableTests {
  private func table(_ text: String, _ change: (inout MetricTableReader) -> Void = { _ in }) throws -> MetricTable {
    var reader = MetricTableReader()
    change(&reader)
    return try reader.read(FileBytes(text))
  }

  private func texts(_ values: [Double]) -> [String] { values.map(\.description) }

  @Test func gapsInAllTheirForms() throws {
    let table = try table("time,a,b\n1,,1\n2,NaN,null\n3, 4 ,\"5\"\n4,None,NA\r\n\n5,1e-3,")
    #expect(table.times == [1, 2, 3, 4, 5].map { $0 * 1_000_000_000 })
    #expect(texts(table.columns[0]) == ["nan", "nan", "4.0", "nan", "0.001"])
    #expect(texts(table.columns[1]) == ["1.0", "nan", "5.0", "nan", "nan"])
    #expect(table.blindSpots == [])
  }

  @Test func rowsOutOfOrderAreSortedAndTheLastOfEqualTimesCounts() throws {
    let table = try table("time,a,b\n3,30,1\n1,10,\n2,20,7\n1,,8\n1,11,\n")
    #expect(table.times == [1, 2, 3].map { $0 * 1_000_000_000 })
    #expect(texts(table.columns[0]) == ["11.0", "20.0", "30.0"])
    #expect(texts(table.columns[1]) == ["8.0", "7.0", "1.0"])
    #expect(table.blindSpots.count == 2)
    #expect(table.blindSpots[0].contains("4 rows were not in order"))
    #expect(table.blindSpots[1].contains("2 rows repeat"))
  }

  @Test func aSeriesOfOnePointIsKept() throws {
    let series = try table("time,a\n1.5,2\n").series { _ in MetricKey(component: "a", metric: "x") }
    #expect(series.map(\.times) == [[1_500_000_000]])
    #expect(try table("time,a\n").series { _ in MetricKey(component: "a", metric: "x") }.isEmpty)
  }

  @Test func timesInEitherForm() throws {
    let table = try table("timestamp,a\n2026-03-01T03:12:40Z,1\n\"2026-03-01 03:12:41.5\",2\n1772334762.25,3\n")
    #expect(table.times == [1_772_334_760_000_000_000, 1_772_334_761_500_000_000, 1_772_334_762_250_000_000])
  }

  @Test func theTimeNeedNotBeTheFirstColumn() throws {
    let table = try table("a,Time,b\n1,5,2\n")
    #expect(table.times == [5_000_000_000])
    #expect(table.names == [["a"], ["b"]])
    #expect(table.columns == [[1], [2]])
  }

  @Test func severalHeaderRowsWithAnIndexRow() throws {
    let text = "service,x,y\nmetric,latency,latency\nstatistic,p50,\"p,99\"\nunix_timestamp,,\n1,2,3\n"
    let table = try table(text) { $0.headerRowCount = 3 }
    #expect(table.names == [["x", "latency", "p50"], ["y", "latency", "p,99"]])
    #expect(table.columns == [[2], [3]])
  }

  @Test func infinitiesAreGaps() throws {
    let table = try table("time,a\n1,inf\n2,1e999\n3,+Inf\n4,-Infinity\n5,5\n")
    #expect(texts(table.columns[0]) == ["nan", "nan", "nan", "nan", "5.0"])
    #expect(table.blindSpots == ["input: 4 values are infinite and read as missing."])
  }

  @Test func manyRowsAndColumnsKeepTheirPlaces() throws {
    var text = "time" + (0..<300).map { ",c\($0)" }.joined() + "\n"
    for row in 0..<70 { text += "\(row)" + (0..<300).map { ",\(row * 1000 + $0)" }.joined() + "\n" }
    let table = try table(text)
    #expect(table.columns.count == 300)
    for column in [0, 7, 8, 299] { #expect(table.columns[column] == (0..<70).map { Double($0 * 1000 + column) }) }
  }

  @Test func tablesAreJoinedByName() throws {
    let first = try table("time,a,b\n10,1,2\n20,3,4\n")
    let second = try table("time,b,c\n5,50,60\n20,,61\n")
    let joined = first.joined(second)
    #expect(joined.times == [5, 10, 20].map { $0 * 1_000_000_000 })
    #expect(joined.names == [["a"], ["b"], ["c"]])
    #expect(texts(joined.columns[0]) == ["nan", "1.0", "3.0"])
    #expect(texts(joined.columns[1]) == ["50.0", "2.0", "4.0"])
    #expect(texts(joined.columns[2]) == ["60.0", "nan", "61.0"])
  }
}
