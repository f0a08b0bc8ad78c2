/// A runbook that is right, and variations of it that are wrong in one place.
enum RunbookText {
  static let sound = """
    name: restart-thing
    title: Restart {{component}}
    purpose: Clears a wedged state.
    owner: someone
    appliesTo:
      faults: [memory, cpu]
      roles: [application]
      kinds: [service]
      minimumConfidence: 0.5
    inputs:
      - {name: component, type: component, from: finding.component}
      - {name: replicas, type: number, from: reviewer, default: 2, minimum: 1, maximum: 9}
    preconditions:
      - says: Two replicas of {{component}} are ready.
        query: ready{name="{{component}}"} >= 2
    steps:
      - title: Look first
        kind: run
        run: [thingctl, status, "{{component}}"]
        readOnly: true
      - title: Restart it
        kind: run
        run: [thingctl, restart, "{{component}}", "--replicas={{replicas}}"]
        undo:
          title: Start it again
          run: [thingctl, start, "{{component}}", it's]
      - title: Tell the load balancer
        kind: http
        http: {method: POST, url: "https://lb.example/{{component}}/enable"}
        undo: {title: Disable it again}
      - title: Wait for it
        kind: wait-until
        query: up{name="{{component}}"} == 1
        withinSeconds: 90
    expectedEffect: "{{component}} answers again."
    verification:
      says: "{{component}} answers."
      query: up{name="{{component}}"} == 1
      withinSeconds: 600
    blastRadius: callers
    risk: low
    reversible: true
    approvals: one

    """

  static func sound(replacing old: String, with new: String) -> String {
    precondition(sound.contains(old), "the runbook has no “\(old)” to replace")
    return sound.replacing(old, with: new)
  }
}
