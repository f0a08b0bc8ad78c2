import KubernetesDiagnosis

extension RuleFixture {
  private static func pull(_ cause: KubernetesCause, _ error: String, _ note: String = "") -> RuleFixture {
    let text = "Failed to pull image \"registry.example/web:1\": \(error)"
    return RuleFixture(
      cause, "service/web", note,
      harm: { cluster in
        cluster.waiting("ImagePullBackOff", "Back-off pulling image \"registry.example/web:1\"")
        cluster.event("Pod", "web-1-1", "Failed", text)
        cluster.event("Pod", "web-1-1", "Failed", "Error: ImagePullBackOff", age: 5)
      }, recovered: { $0.event("Pod", "web-1-1", "Failed", text, age: 1700) })
  }

  private static func crash(
    _ cause: KubernetesCause, _ reason: String, _ exitCode: Int, _ message: String = "",
    _ more: @escaping @Sendable (inout MadeUpCluster) -> Void = { _ in }
  ) -> RuleFixture {
    RuleFixture(
      cause,
      harm: { cluster in
        cluster.crashed(reason, exitCode: exitCode, message: message)
        more(&cluster)
      },
      recovered: { cluster in
        more(&cluster)
        cluster["Pod/web-1-1", "status.containerStatuses.0.restartCount"] = 3
        cluster["Pod/web-1-1", "status.containerStatuses.0.lastState"] = [
          "terminated": [
            "reason": .text(reason), "exitCode": .number(exitCode), "message": .text(message),
            "finishedAt": MadeUpCluster.time(40_000),
          ]
        ]
      })
  }

  private static func mountData(_ cluster: inout MadeUpCluster) {
    cluster["Pod/web-1-1", "spec.volumes"] = [["name": "data", "persistentVolumeClaim": ["claimName": "other"]]]
    cluster["Pod/web-1-1", "spec.containers.0.volumeMounts"] = [["name": "data", "mountPath": "/data"]]
  }

  static let start: [RuleFixture] = [
    pull(
      .registryNameNotResolved,
      "failed to do request: Head \"https://registry.exmple/v2/web\": dial tcp: lookup registry.exmple on 10.0.0.2:53: "
        + "no such host"),
    pull(.imageReferenceInvalid, "rpc error: code = NotFound desc = registry.example/web:1: not found"),
    pull(.pullSecretMissing, "failed to authorize: unexpected status: 401 Unauthorized"),
    crash(.outOfMemoryKilled, "OOMKilled", 137),
    crash(.volumePermissionDenied, "Error", 1, "mkdir /data/x: permission denied") { mountData(&$0) },
    crash(.entrypointInvalid, "Error", 127, "/start.sh: not found"),
    RuleFixture(
      .configurationReferenceMissing,
      harm: { $0.waiting("CreateContainerConfigError", "secret \"web-keys\" not found") },
      recovered: { $0.event("Pod", "web-1-1", "Failed", "Error: secret \"web-keys\" not found", age: 1700) }),
    RuleFixture(
      .configurationReferenceMissing, "service/web", "mounted",
      harm: { cluster in
        cluster.waiting("ContainerCreating", "")
        cluster.event(
          "Pod", "web-1-1", "FailedMount",
          "MountVolume.SetUp failed for volume \"c\" : configmap \"web-conf\" not found")
      },
      recovered: {
        $0.event(
          "Pod", "web-1-1", "FailedMount",
          "MountVolume.SetUp failed for volume \"c\" : configmap \"web-conf\" not found",
          age: 1700)
      }),
    RuleFixture(
      .initContainerFailing,
      harm: { cluster in
        cluster.waiting("PodInitializing", "")
        cluster["Pod/web-1-1", "spec.initContainers"] = [["name": "migrate"]]
        cluster["Pod/web-1-1", "status.initContainerStatuses"] = [
          [
            "name": "migrate", "ready": false, "restartCount": 5,
            "state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off"]],
            "lastState": [
              "terminated": ["reason": "Error", "exitCode": 2, "finishedAt": MadeUpCluster.time(50)]
            ],
          ]
        ]
      },
      recovered: { cluster in
        cluster["Pod/web-1-1", "status.initContainerStatuses"] = [
          [
            "name": "migrate", "ready": true, "restartCount": 2,
            "state": [
              "terminated": ["reason": "Completed", "exitCode": 0, "finishedAt": MadeUpCluster.time(7100)]
            ],
            "lastState": [
              "terminated": ["reason": "Error", "exitCode": 2, "finishedAt": MadeUpCluster.time(7150)]
            ],
          ]
        ]
      }),
  ]
}
