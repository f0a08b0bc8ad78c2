import IncidentModel
import PrometheusAPI
import Testing

@Suite struct SeriesNamingTests {
  @Test func podsInstancesNodesAndServices() {
    let series: [[String: String]] = [
      ["__name__": "cpu", "job": "web", "instance": "10.0.0.7:80", "mode": "user"],
      ["__name__": "cpu", "job": "web", "instance": "10.0.0.8:80", "mode": "user"],
      ["__name__": "cpu", "job": "api", "instance": "10.0.0.8:81"],
      ["__name__": "cpu", "job": "any", "service": "cart", "pod": "cart-5d8f7c9b4-x2x9z", "instance": "10.0.0.9:1"],
      ["__name__": "container_cpu", "job": "kubelet", "service": "kubelet", "pod": "db-0", "container": "db"],
      ["__name__": "node_load1", "job": "node", "instance": "10.0.0.8:9100"],
      ["__name__": "calls", "client": "web", "server": "api", "job": "mesh", "instance": "m:1"],
      ["__name__": "bare"],
    ]
    let naming = SeriesNaming(series)
    #expect(
      series.map { naming[$0]?.description } == [
        "web/10.0.0.7:80|cpu|mode=user", "web/10.0.0.8:80|cpu|mode=user", "api|cpu", "cart-5d8f7c9b4-x2x9z|cpu",
        "db-0|container_cpu", "10.0.0.8|node_load1", "api|calls|client=web|server=api", "unnamed|bare",
      ])
    let components = Dictionary(uniqueKeysWithValues: naming.components.map { ($0.id, $0) })
    #expect(components["web/10.0.0.8:80"]?.instanceOf == "web")
    #expect(components["web/10.0.0.8:80"]?.runsOn == "10.0.0.8")
    #expect(components["web/10.0.0.7:80"]?.runsOn == nil)
    #expect(components["api"]?.runsOn == "10.0.0.8")
    #expect(components["cart-5d8f7c9b4-x2x9z"]?.instanceOf == "cart")
    #expect(components["db-0"]?.instanceOf == "db")
    #expect(components["10.0.0.8"]?.kind == .node)
    #expect(naming.calls == [ServiceMap.Call(from: "web", to: "api")])
  }

  @Test func componentsContainersAndPeers() {
    let series: [[String: String]] = [
      ["__name__": "up", "job": "shop", "component": "cart", "instance": "10.0.0.7:80"],
      ["__name__": "up", "job": "shop", "component": "pay", "instance": "10.0.0.8:80"],
      ["__name__": "container_memory", "job": "docker", "instance": "h:1", "name": "pay", "id": "/x"],
      ["__name__": "peer_requests", "job": "shop", "component": "cart", "peer": "pay", "ok": "true"],
      ["__name__": "peer_requests", "job": "shop", "component": "web", "peer": "pay", "ok": "true"],
    ]
    let naming = SeriesNaming(series)
    #expect(
      series.map { naming[$0]?.description } == [
        "cart|up", "pay|up", "pay|container_memory|id=/x", "pay|peer_requests|client=cart|ok=true",
        "pay|peer_requests|client=web|ok=true",
      ])
    #expect(naming.calls == [ServiceMap.Call(from: "cart", to: "pay"), ServiceMap.Call(from: "web", to: "pay")])
    #expect(naming.components.map(\.id) == ["cart", "pay"])
  }
}
