/// Redis, without a copy on disk.
struct StorePart {
  var layout: LabLayout

  func plan() -> ProcessPlan {
    let settings = [
      "--port", "6379", "--bind", layout.listenAddress(of: "redis"), "--protected-mode", "no", "--save", "",
      "--appendonly", "no",
      "--dir", layout.folder(of: "redis"), "--maxmemory", "24mb", "--maxmemory-policy", "allkeys-lru",
    ]
    return ProcessPlan(
      name: "redis", component: "redis", command: ["redis-server"] + settings, logFile: layout.logFile(of: "redis"))
  }
}
