import KubernetesObjects
import Testing

@Suite struct QuantityTests {
  @Test(
    arguments: [
      ("500m", 500), ("1", 1000), ("1.5", 1500), ("0", 0), ("1.5Gi", 1_610_612_736_000), ("1Ki", 1_024_000),
      ("2e3", 2_000_000), ("2E3", 2_000_000), ("1k", 1_000_000), ("-5", -5000), ("+3", 3000), (".5", 500), ("5.", 5000),
      ("1n", 1), ("1001u", 2), ("0.0001", 1), ("1e-1", 100), ("1E", 1_000_000_000_000_000_000_000),
    ] as [(String, Int128)])
  func reads(text: String, thousandths: Int128) {
    #expect(Quantity(text)?.thousandths == thousandths)
  }

  @Test(arguments: [
    "", "1e3Ki", "Ki", "1KiB", "1.2.3", "--5", "1 Gi", "e3", "1e", "9999999999999999999999999999999", "1e31", "100E",
    "NaN", "0x10", "1Mi2",
  ])
  func refusesWhatKubernetesRefuses(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test func writesTheLargestWholeUnit() {
    #expect(Quantity("1536Mi")?.description == "1536Mi")
    #expect(Quantity("2048Mi")?.description == "2Gi")
    #expect(Quantity("1.5")?.description == "1500m")
    #expect(Quantity("0")?.description == "0")
    #expect(Quantity("3")?.description == "3")
  }

  @Test func requestsFollowTheScheduler() throws {
    let snapshot = try snapshot(
      pod(
        "a",
        spec: """
          "initContainers": [
            {"name": "side", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}},
            {"name": "first", "resources": {"requests": {"cpu": "1", "memory": "64Mi"}}}],
          "containers": [
            {"name": "one", "resources": {"requests": {"cpu": "200m", "memory": "32Mi"}}},
            {"name": "two", "resources": {"limits": {"cpu": "300m"}}}],
          "overhead": {"cpu": "10m"}
          """))
    let requests = try #require(snapshot.pods[ObjectName("a", in: "shop")]).spec.requests
    #expect(requests["cpu"]?.description == "1110m")
    #expect(requests["memory"]?.description == "64Mi")
  }
}
