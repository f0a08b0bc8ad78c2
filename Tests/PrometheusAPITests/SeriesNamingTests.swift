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

  /// What clients, meshes and proxies write beside their own name; addresses are those of services that are scraped.
  @Test(
    arguments: [
      (["__name__": "http_client_request_duration_seconds_count", "app": "web", "server_address": "cart"], "cart"),
      (["__name__": "http_client_request_duration_seconds_count", "app": "web", "server_address": "10.0.0.7"], "cart"),
      (
        ["__name__": "db_client_operation_duration_seconds_count", "app": "web", "server_address": "db.internal"], "db"
      ),
      (["__name__": "http_client_requests_seconds_count", "app": "web", "client_name": "cart.shop.svc"], "cart"),
      (["__name__": "envoy_cluster_upstream_rq_total", "app": "web", "envoy_cluster_name": "cart"], "cart"),
      (
        [
          "__name__": "envoy_cluster_upstream_rq_total", "app": "web",
          "envoy_cluster_name": "outbound|80||cart.shop.svc.cluster.local",
        ], "cart"
      ),
      (["__name__": "nginx_vts_upstream_requests_total", "job": "web", "upstream": "cart:8080"], "cart"),
      (["__name__": "haproxy_backend_http_responses_total", "job": "web", "proxy": "cart"], "cart"),
      (["__name__": "istio_requests_total", "source_workload": "web", "destination_workload": "cart"], "cart"),
      (["__name__": "requests_total", "app": "web", "upstream": "api.example.com:443"], "api.example.com"),
    ] as [([String: String], String)])
  func whoIsCalled(_ labels: [String: String], _ callee: String) {
    let naming = SeriesNaming([
      ["__name__": "up", "job": "x", "app": "cart", "instance": "10.0.0.7:80"], ["__name__": "up", "job": "db"], labels,
    ])
    #expect(naming[labels]?.component.rawValue == callee)
    #expect(naming[labels]?.metric.contains("|client=web") == true)
    #expect(naming.calls == [ServiceMap.Call(from: "web", to: ComponentID(callee))])
  }

  @Test(arguments: [
    ["__name__": "http_server_request_duration_seconds_count", "app": "web", "server_address": "cart"],
    ["__name__": "http_client_request_duration_seconds_count", "app": "web", "server_address": "192.0.2.9"],
    ["__name__": "envoy_cluster_upstream_rq_total", "app": "web", "envoy_cluster_name": "inbound|80||"],
    ["__name__": "proxy_info", "app": "web", "proxy": "cart"],
  ])
  func nobodyIsCalled(_ labels: [String: String]) {
    let naming = SeriesNaming([["__name__": "up", "app": "cart", "instance": "10.0.0.7:80"], labels])
    #expect(naming[labels]?.component == "web")
    #expect(naming.calls.isEmpty)
  }

  @Test func aWebServerPassesOnToThoseWhomNobodyCalls() {
    func asks(_ client: String, _ server: String) -> [String: String] {
      ["__name__": "http_client_requests_total", "app": client, "server_address": server]
    }
    let naming = SeriesNaming(
      [
        ["__name__": "nginx_http_requests_total", "job": "nginx"], asks("probe", "nginx"), asks("web", "cart"),
        asks("cron", "cart"), ["__name__": "requests_waiting", "app": "cron"],
      ] + ["web", "cart"].map { ["__name__": "http_requests_total", "app": $0] })
    #expect(
      naming.calls == [
        ServiceMap.Call(from: "cron", to: "cart"), ServiceMap.Call(from: "nginx", to: "web"),
        ServiceMap.Call(from: "web", to: "cart"),
      ])
  }
}
