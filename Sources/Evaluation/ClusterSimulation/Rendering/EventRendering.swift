extension APIObject {
  enum EventVersion: Hashable, Sendable { case core, events }

  /// An event in the older or the newer form. The scheduler writes through the newer API, so that its events have no
  /// first and last time in the older form but an `eventTime`.
  func event(_ event: ClusterEvent, number: Int, as version: EventVersion) -> APIValue {
    let isFromScheduler = event.component == "default-scheduler"
    let name = "\(event.name).\(String(0x17a0_0000_0000_0000 + number * 7919, radix: 16))"
    let reference: APIValue = [
      "apiVersion": .string(event.apiVersion), "kind": .string(event.kind), "name": .string(event.name),
      "namespace": event.kind == "Node" ? .null : .string(event.namespace), "uid": .string(event.uid),
      "fieldPath": APIValue(event.fieldPath),
      "resourceVersion": event.kind == "Node" ? .null : Self.version(event.first),
    ]
    let instance = isFromScheduler ? "default-scheduler-\(cluster.nodes[0].name)" : event.host ?? ""
    let source: APIValue = ["component": .string(event.component), "host": APIValue(event.host)]
    let series: APIValue =
      isFromScheduler && event.count > 1
      ? ["count": .int(event.count), "lastObservedTime": Self.microTime(event.last)] : .null
    var object: APIValue = [
      "metadata": Self.metadata(
        name, namespace: event.namespace, uid: Self.uid(of: "\(name) \(event.reason)"), created: event.first,
        changed: event.last), "kind": "Event", "reason": .string(event.reason),
      "type": event.isWarning ? "Warning" : "Normal", "series": series,
      "eventTime": isFromScheduler ? Self.microTime(event.first, microseconds: 51_902) : .null,
      "action": isFromScheduler ? "Scheduling" : .null, "reportingInstance": .string(instance),
    ]
    let first = isFromScheduler ? .null : Self.time(event.first)
    let last = isFromScheduler ? .null : Self.time(event.last)
    let count: APIValue = isFromScheduler ? .null : .int(event.count)
    switch version {
    case .core:
      object["apiVersion"] = "v1"
      object["involvedObject"] = reference
      object["message"] = .string(event.message)
      object["firstTimestamp"] = first
      object["lastTimestamp"] = last
      object["count"] = count
      object["source"] = isFromScheduler ? [:] : source
      object["reportingComponent"] = .string(event.component)
    case .events:
      object["apiVersion"] = "events.k8s.io/v1"
      object["regarding"] = reference
      object["note"] = .string(event.message)
      object["deprecatedFirstTimestamp"] = first
      object["deprecatedLastTimestamp"] = last
      object["deprecatedCount"] = count
      object["deprecatedSource"] = isFromScheduler ? [:] : source
      object["reportingController"] = .string(event.component)
    }
    return object
  }
}
