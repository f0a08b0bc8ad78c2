extension ObjectScanner {
  mutating func service() throws -> ClusterService {
    var service = ClusterService()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        service.metadata = try metadata()
      } else if json.keyIs("spec") {
        guard try object() else { continue }
        while try json.nextMember() {
          if json.keyIs("selector") {
            service.selector = try labels()
          } else if json.keyIs("ports") {
            service.ports = try servicePorts()
          } else if json.keyIs("type") {
            service.type = try text()
          } else if json.keyIs("clusterIP") {
            service.clusterIP = try text()
          } else if json.keyIs("externalName") {
            service.externalName = try text()
          } else if json.keyIs("publishNotReadyAddresses") {
            service.publishesNotReady = try flag()
          } else {
            try json.skipValue()
          }
        }
      } else {
        try json.skipValue()
      }
    }
    return service
  }

  private mutating func servicePorts() throws -> [ServicePort] {
    guard try array() else { return [] }
    var all: [ServicePort] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var port = ServicePort()
      while try json.nextMember() {
        if json.keyIs("name") {
          port.name = try text()
        } else if json.keyIs("port") {
          port.port = try integer()
        } else if json.keyIs("targetPort") {
          port.targetPort = try text()
        } else if json.keyIs("protocol") {
          port.transport = try transport()
        } else if json.keyIs("nodePort") {
          port.nodePort = try integer()
        } else {
          try json.skipValue()
        }
      }
      all.append(port)
    }
    return all
  }

  mutating func endpointSlice() throws -> ServiceEndpoints {
    var slice = ServiceEndpoints()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        slice.metadata = try metadata()
      } else if json.keyIs("endpoints") {
        guard try array() else { continue }
        while try json.nextElement() { try endpoint(&slice, isReady: true) }
      } else if json.keyIs("ports") {
        slice.ports = try servicePorts()
      } else {
        try json.skipValue()
      }
    }
    let owner = slice.metadata.owners.first { $0.kind == "Service" }?.name
    slice.serviceName = slice.metadata.labels["kubernetes.io/service-name"] ?? owner ?? ""
    return slice
  }

  mutating func endpointsObject() throws -> ServiceEndpoints {
    var object = ServiceEndpoints()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        object.metadata = try metadata()
      } else if json.keyIs("subsets") {
        guard try array() else { continue }
        while try json.nextElement() {
          guard try self.object() else { continue }
          while try json.nextMember() {
            let isReady = json.keyIs("addresses")
            if isReady || json.keyIs("notReadyAddresses") {
              guard try array() else { continue }
              while try json.nextElement() { try endpoint(&object, isReady: isReady) }
            } else if json.keyIs("ports") {
              object.ports = try servicePorts()
            } else {
              try json.skipValue()
            }
          }
        }
      } else {
        try json.skipValue()
      }
    }
    object.serviceName = object.metadata.name.name
    return object
  }

  private mutating func endpoint(_ target: inout ServiceEndpoints, isReady: Bool) throws {
    guard try object() else { return }
    var endpoint = ServiceEndpoints.Endpoint()
    endpoint.isReady = isReady
    while try json.nextMember() {
      if json.keyIs("addresses") {
        endpoint.address = try texts().first ?? ""
      } else if json.keyIs("ip") {
        endpoint.address = try text()
      } else if json.keyIs("conditions") {
        guard try object() else { continue }
        while try json.nextMember() {
          // An absent or unknown condition counts as ready, as the API says.
          if json.keyIs("ready"), json.peek() != UInt8(ascii: "n") {
            endpoint.isReady = try flag()
          } else {
            try json.skipValue()
          }
        }
      } else if json.keyIs("targetRef") {
        endpoint.podName = try member("name") ?? ""
      } else if json.keyIs("nodeName") {
        endpoint.nodeName = try text()
      } else {
        try json.skipValue()
      }
    }
    target.endpoints.append(endpoint)
  }
}
