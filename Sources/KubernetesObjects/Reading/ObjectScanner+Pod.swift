extension ObjectScanner {
  mutating func pod() throws -> Pod {
    var pod = Pod()
    while try json.nextMember() {
      if json.keyIs("metadata") {
        pod.metadata = try metadata()
      } else if json.keyIs("spec") {
        pod.spec = try podSpec()
      } else if json.keyIs("status") {
        pod.hasStatus = json.peek() == UInt8(ascii: "{")
        pod.status = try podStatus()
      } else {
        try json.skipValue()
      }
    }
    return pod
  }

  private mutating func podStatus() throws -> PodStatus {
    var status = PodStatus()
    guard try object() else { return status }
    while try json.nextMember() {
      if json.keyIs("phase") {
        status.phase = try text()
      } else if json.keyIs("reason") {
        status.reason = try text()
      } else if json.keyIs("message") {
        status.message = try text()
      } else if json.keyIs("conditions") {
        status.conditions = try conditions()
      } else if json.keyIs("podIP") {
        status.podIP = try text()
      } else if json.keyIs("startTime") {
        status.startedAt = try time()
      } else if json.keyIs("nominatedNodeName") {
        status.nominatedNode = try text()
      } else if json.keyIs("containerStatuses") {
        status.containers = try containerStatuses()
      } else if json.keyIs("initContainerStatuses") {
        status.initContainers = try containerStatuses()
      } else {
        try json.skipValue()
      }
    }
    return status
  }

  private mutating func containerStatuses() throws -> [ContainerStatus] {
    guard try array() else { return [] }
    var all: [ContainerStatus] = []
    while try json.nextElement() {
      guard try object() else { continue }
      var status = ContainerStatus()
      while try json.nextMember() {
        if json.keyIs("name") {
          status.name = try text()
        } else if json.keyIs("image") {
          status.image = try text()
        } else if json.keyIs("ready") {
          status.isReady = try flag()
        } else if json.keyIs("started") {
          status.isStarted = try flag()
        } else if json.keyIs("restartCount") {
          status.restartCount = try integer()
        } else if json.keyIs("state") {
          status.state = try containerState()
        } else if json.keyIs("lastState") {
          status.lastState = try containerState()
        } else {
          try json.skipValue()
        }
      }
      all.append(status)
    }
    return all
  }

  private mutating func containerState() throws -> ContainerState {
    var state = ContainerState()
    guard try object() else { return state }
    while try json.nextMember() {
      if json.keyIs("waiting") {
        state.phase = .waiting
      } else if json.keyIs("running") {
        state.phase = .running
      } else if json.keyIs("terminated") {
        state.phase = .terminated
      } else {
        try json.skipValue()
        continue
      }
      guard try object() else {
        state.phase = .none
        continue
      }
      while try json.nextMember() {
        if json.keyIs("reason") {
          state.reason = try text()
        } else if json.keyIs("message") {
          state.message = try text()
        } else if json.keyIs("exitCode") {
          state.exitCode = try integer()
        } else if json.keyIs("startedAt") {
          state.startedAt = try time()
        } else if json.keyIs("finishedAt") {
          state.finishedAt = try time()
        } else {
          try json.skipValue()
        }
      }
    }
    return state
  }
}
