@testable import Telemetry

/// A day in Nezha's layout: two injections ten minutes apart, with metrics of a pod, spans and logs of the minutes
/// around them, and a fault-free minute.
struct MadeUpNezha {
  let folder: TemporaryFolder
  static let day = "2030-05-06"
  /// 2030-05-06T10:10:00Z and twenty minutes later.
  static let injections: [Int64] = [1_904_292_600, 1_904_293_800]

  init(pod: String = "cart-5f6585d649-fnmft", fault: String = "cpu_contention") throws {
    folder = try TemporaryFolder()
    try folder.write(
      "rca_data/\(Self.day)/\(Self.day)-fault_list.json",
      """
      {"10": [
        {"inject_time": "2030-05-06 10:30:00", "inject_timestamp": "1", "inject_pod": "\(pod)", "inject_type": "\(fault)"},
        {"inject_time": "2030-05-06 10:10:00", "inject_timestamp": "2", "inject_pod": "\(pod)", "inject_type": "return"}
      ]}
      """)
    try writeMetrics()
    for (name, injection) in zip(["10_10", "10_30"], Self.injections) {
      try writeMinute("rca_data/\(Self.day)", name, from: injection - 50, count: 120, trace: "a\(name)")
    }
    try writeMinute("construct_data/\(Self.day)", "10_05", from: Self.injections[0] - 300, count: 40, trace: "n")
  }

  private func writeMetrics() throws {
    let begin = Self.injections[0] - 600
    var pod = "Time,TimeStamp,PodName,CpuUsageRate(%),NodeCpuUsageRate(%),PodServerLatencyP90(s)\n"
    var front = "Time,TimeStamp,ServiceName,SuccessRate(%),LatencyP50(s)\n"
    var source = "time,timestamp,web_cart,web_unknown\n"
    for minute in Int64(0)..<60 {
      let time = begin + minute * 60
      pod += "x,\(time),cart-5f6585d649-fnmft,\(minute).5,9,NaN\n"
      front += "x,\(time),Web,100,0.1\n"
      source += "x,\(time),0.01,0.02\n"
    }
    let metric = "rca_data/\(Self.day)/metric"
    try folder.write("\(metric)/cart-5f6585d649-fnmft_metric.csv", pod)
    try folder.write(
      "\(metric)/web-579b9bff58-t2dbm_metric.csv",
      pod.replacing("cart-5f6585d649-fnmft", with: "web-579b9bff58-t2dbm"))
    try folder.write("\(metric)/front_service.csv", front)
    try folder.write("\(metric)/source_50.csv", source)
    try folder.write("\(metric)/destination_50.csv", source)
    try folder.write("\(metric)/dependency.csv", "Source,Target,Weight\nweb,cart,1\ncart,10.0.0.1,1\n")
  }

  /// A trace a second: the web pod calls the cart pod, which logs a line.
  private func writeMinute(_ parent: String, _ name: String, from: Int64, count: Int64, trace: String) throws {
    var spans = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n"
    var logs = "Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log\n"
    for number in 0..<count {
      let start = (from + number) * 1_000_000_000
      let id = "\(trace)\(number)"
      spans += "\(id),r\(number),root,web-579b9bff58-t2dbm,Recv,\(start),\(start + 9_000_000),9000\n"
      spans += "\(id),c\(number),r\(number),cart-5f6585d649-fnmft,Get,\(start + 1_000_000),\(start + 5_000_000),4000\n"
      logs +=
        "none,\(start + 2_000_000),10.0.0.1,cart-5f6585d649-fnmft,server,\(id),c\(number),"
        + #""{""log"":""{\""message\"":\""TraceID: \#(id) SpanID: c\#(number) got cart \#(number)\"",\""severity\"":\""info\""}\n"",""stream"":""stdout""}""#
        + "\n"
    }
    try folder.write("\(parent)/trace/\(name)_trace.csv", spans)
    try folder.write("\(parent)/log/\(name)_log.csv", logs)
  }
}
