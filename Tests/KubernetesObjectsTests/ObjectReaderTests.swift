import IncidentModel
import KubernetesObjects
import Testing
import TextReading

@Suite struct ObjectReaderTests {
  private let web = ObjectName("web", in: "shop")

  @Test func readsAPodWithEverythingThatRulesNeed() throws {
    let pod = try #require(
      try snapshot(
        pod(
          "web", labels: #""app": "web""#,
          spec: """
            "nodeName": "n1", "serviceAccountName": "sa", "nodeSelector": {"disk": "ssd"},
            "tolerations": [{"key": "gpu", "operator": "Exists"}],
            "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
              {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}]}},
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "web-data"}},
              {"name": "conf", "configMap": {"name": "web-conf"}}],
            "containers": [{"name": "web", "image": "shop/web:1", "ports": [{"name": "http", "containerPort": 8080}],
              "env": [{"name": "PASSWORD", "value": "hunter2"}, {"name": "DB_ADDR", "value": "db:5432"},
                {"name": "CACHE_URL", "value": "redis://user:secret@cache:6379/0"},
                {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "api"}}}],
              "livenessProbe": {"httpGet": {"port": "http", "path": "/"}, "periodSeconds": 3}}]
            """,
          status: """
            "phase": "Running", "conditions": [{"type": "Ready", "status": "False"}],
            "containerStatuses": [{"name": "web", "restartCount": 4, "state": {"waiting":
              {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137,
              "finishedAt": "2026-01-02T03:04:05Z"}}}]
            """)
      ).pods[web])
    #expect(pod.spec.nodeName == "n1")
    #expect(pod.spec.tolerations == [Toleration(key: "gpu", relation: "Exists")])
    #expect(pod.spec.affinity.podAntiAffinity.first?.topologyKey == "kubernetes.io/hostname")
    #expect(pod.claims == ["web-data"])
    let container = try #require(pod.spec.containers.first)
    #expect(container.liveness?.portNumber(in: container) == 8080)
    #expect(container.liveness?.budgetSeconds == 9)
    #expect(container.addresses.map(\.host) == ["db", "cache"])
    #expect(container.addresses.map(\.port) == [5432, 6379])
    #expect(!"\(pod)".contains("hunter2") && !"\(pod)".contains("user:secret"))
    #expect(container.references.map(\.name) == ["keys"])
    #expect(pod.status.containers.first?.lastState.exitCode == 137)
    #expect(pod.restartCount == 4 && !pod.isReady)
  }

  @Test func keepsKeysOfSecretsAndNoValue() throws {
    let text = """
      {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "keys", "namespace": "shop", "annotations":
      {"kubectl.kubernetes.io/last-applied-configuration": "{\\"data\\":{\\"api\\":\\"c2VjcmV0\\"}}"}},
      "data": {"api": "c2VjcmV0", "other": "eA=="}, "type": "Opaque"}
      """
    let secret = try #require(try snapshot(text).secrets[ObjectName("keys", in: "shop")])
    #expect(secret.keys == ["api", "other"])
    #expect(!"\(secret)".contains("c2VjcmV0"))
  }

  @Test func readsListsInListsAndListsOfTheAPI() throws {
    let nested = try snapshot(list([list([pod("web")]), pod("db")]))
    #expect(nested.pods.count == 2)
    let plain = try snapshot(
      #"{"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [{"metadata": {"name": "web", "namespace": "shop"}}]}"#
    )
    #expect(plain.pods[web] != nil && plain.pods[web]?.hasStatus == false)
    let hinted = try snapshot(#"{"items": [{"metadata": {"name": "web", "namespace": "shop"}}]}"#, hint: .pod)
    #expect(hinted.pods[web] != nil)
    let empty = try snapshot(list([]), hint: .secret)
    #expect(empty.knows(.secret) && !empty.knows(.pod))
  }

  @Test func readsYAMLDocumentsAsIfTheyWereJSON() throws {
    let text = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop, labels: {version: "1.10", build: 12}}
      spec:
        containers:
        - name: web
          resources: {requests: {cpu: 1.5, memory: 1Gi}}
      ---
      # nothing here
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec:
        ports: [{port: 80, targetPort: 8080}]
      """
    let snapshot = try snapshot(text)
    #expect(snapshot.pods[web]?.metadata.labels["version"] == "1.10")
    #expect(snapshot.pods[web]?.metadata.labels["build"] == "12")
    #expect(snapshot.pods[web]?.spec.requests["cpu"]?.description == "1500m")
    #expect(snapshot.services[web]?.ports.first?.targetPort == "8080")
  }

  @Test func readsBothKindsOfEvent() throws {
    let snapshot = try snapshot(
      """
      {"kind": "Event", "apiVersion": "v1", "metadata": {"name": "e1", "namespace": "shop"}, "involvedObject":
      {"kind": "Pod", "name": "web", "namespace": "shop"}, "reason": "Unhealthy", "message": "Liveness probe failed",
      "count": 7, "type": "Warning", "lastTimestamp": "2026-01-01T00:00:10Z", "source": {"component": "kubelet"}}
      {"kind": "Event", "apiVersion": "events.k8s.io/v1", "metadata": {"name": "e2", "namespace": "shop"}, "regarding":
      {"kind": "Pod", "name": "web", "namespace": "shop"}, "reason": "Unhealthy", "note": "Readiness probe failed",
      "series": {"count": 9, "lastObservedTime": "2026-01-01T00:00:20.5Z"}, "reportingController": "kubelet",
      "eventTime": "2026-01-01T00:00:01Z", "deprecatedLastTimestamp": null, "type": "Warning"}
      """)
    let events = snapshot.events.newestFirst()
    #expect(events.map(\.count) == [9, 7])
    #expect(events.map(\.reporter) == ["kubelet", "kubelet"])
    #expect(events.first?.message == "Readiness probe failed")
    #expect(snapshot.moment == Timestamp(rfc3339: "2026-01-01T00:00:20.5Z"))
  }

  @Test func appliesAWatchWithoutReadingTheRest() throws {
    var snapshot = try snapshot(list([pod("web"), pod("db")]))
    func apply(_ verb: String, _ object: String) throws {
      let line = FileBytes(name: "watch", bytes: Array(#"{"type":"\#(verb)","object":\#(object)}"#.utf8))
      snapshot.apply(try ObjectReader().watchEvent(line, hint: .pod))
    }
    try apply("MODIFIED", pod("web", spec: #""nodeName": "n2""#))
    try apply("DELETED", pod("db"))
    try apply("ADDED", pod("cache"))
    #expect(snapshot.pods[web]?.spec.nodeName == "n2")
    #expect(snapshot.pods.keys.map(\.name).sorted() == ["cache", "web"])
    let gone = #"{"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}"#
    let error = try ObjectReader().watchEvent(FileBytes(name: "watch", bytes: Array(gone.utf8)), hint: .pod)
    #expect(error.code == 410 && error.verb == .error && error.object == nil)
    let mark = #"{"type": "BOOKMARK", "object": {"kind": "Pod", "metadata": {"resourceVersion": "77"}}}"#
    let bookmark = try ObjectReader().watchEvent(FileBytes(name: "watch", bytes: Array(mark.utf8)), hint: .pod)
    #expect(bookmark.resourceVersion == "77" && bookmark.object == nil)
  }
}
