extension KubernetesCause {
  /// When the rule speaks, in the field's own words.
  package var condition: String { Self.conditions[self] ?? "" }

  private static let conditions: [KubernetesCause: String] = [
    .namespaceCPUQuota: "FailedCreate or ReplicaFailure with “exceeded quota” on cpu, and replicas are missing",
    .namespaceMemoryQuota: "FailedCreate or ReplicaFailure with “exceeded quota” on memory, and replicas are missing",
    .namespacePodQuota: "FailedCreate or ReplicaFailure with “exceeded quota” on pods, and replicas are missing",
    .namespaceStorageQuota: "a claim that pods need does not exist, and the storage quota leaves no room for it",
    .namespaceServiceQuota: "services used ≥ hard, and a workload that others address has no Service",
    .serviceAccountMissing: "replicas are missing, and the template's serviceAccountName does not exist",
    .admissionRejected:
      "FailedCreate with a refusal: PodSecurity, LimitRange, a webhook's denial, a field that is not allowed",
    .admissionWebhookUnavailable: "FailedCreate with “failed calling webhook”, and replicas are missing",
    .taintNotTolerated:
      "the nodes that pass selector and affinity carry a taint that the unassigned pod does not tolerate",
    .nodeCordoned: "the nodes that pass selector and affinity have spec.unschedulable",
    .nodeSelectorMismatch: "no node carries the labels of the unassigned pod's nodeSelector",
    .nodeAffinityMismatch: "no node satisfies the unassigned pod's required nodeAffinity",
    .antiAffinityConflict: "required podAffinity or podAntiAffinity rejects the nodes that are left",
    .insufficientCPU: "the unassigned pod requests more cpu than is free on any node that is left",
    .insufficientMemory: "the unassigned pod requests more memory than is free on any node that is left",
    .schedulerUnavailable: "a pod is unassigned, no scheduler looked at it, and a node would take it",
    .topologySpreadUnsatisfiable: "a topologySpreadConstraint with DoNotSchedule rejects the nodes that are left",
    .hostPortInUse: "the hostPort of the unassigned pod is taken on every node that is left",
    .volumeNodeAffinity: "the pod's volume can only be reached from nodes that the pod cannot go to",
    .tooManyPods: "the nodes that are left run as many pods as they may",
    .insufficientExtendedResource:
      "the unassigned pod requests an extended or ephemeral resource that no node that is left has free",
    .storageClassMismatch: "a pending claim names a storage class that does not exist or that no fitting volume has",
    .accessModeMismatch: "a pending claim wants an access mode that the otherwise fitting volume does not offer",
    .capacityMismatch: "a pending claim requests more than the otherwise fitting volume holds",
    .volumeSelectorMismatch: "a pending claim's selector does not match the labels of the otherwise fitting volume",
    .volumeOccupied: "the only fitting volume is Bound or Released to another claim",
    .provisionerFailed: "the storage class exists, and its provisioner reports a failure or does not answer",
    .registryNameNotResolved: "ErrImagePull or ImagePullBackOff with a failed lookup of the registry's host",
    .imageReferenceInvalid: "ErrImagePull, ImagePullBackOff or InvalidImageName: the name or tag does not exist",
    .pullSecretMissing: "ErrImagePull or ImagePullBackOff with 401, 403 or denied, or FailedToRetrieveImagePullSecret",
    .outOfMemoryKilled: "a container that is not ready was terminated with OOMKilled",
    .volumePermissionDenied:
      "a restarting container with a volume ends with “permission denied” or “read-only file system”",
    .configurationReferenceMissing:
      "CreateContainerConfigError or FailedMount: a config map, secret or key does not exist",
    .entrypointInvalid: "the container cannot be executed: exec format error, no such file, exit 126 or 127",
    .initContainerFailing: "an init container fails again and again",
    .livenessProbeWrongPort: "the liveness probe fails, and its port is none of the containerPorts",
    .livenessProbeWrongProtocol: "the liveness probe fails, and the answer or the other probe shows another protocol",
    .livenessProbeTooTight: "the liveness probe fails before the container can have started",
    .readinessProbeWrongPort: "the pod is not ready, and the readiness probe's port is none of the containerPorts",
    .readinessProbeWrongProtocol: "the pod is not ready, and the answer or the other probe shows another protocol",
    .applicationNotAnswering: "probes with the right port and protocol fail on a pod that had time to start",
    .selectorMatchesNothing: "the Service's selector matches no pod, while pods of its workload are there",
    .servicePortMismatch: "the Service's targetPort is no port of the pods that it selects",
    .serviceProtocolMismatch: "the Service's port has another protocol than the container port behind it",
    .clientAddressMismatch: "an environment variable of a client names a host or port that no Service has",
    .listenAddress: "endpoints exist, and connections to them are refused from every node",
    .networkPolicyBlocks: "a NetworkPolicy selects the pods, no rule admits the client, and connections fail",
    .clusterDNSUnavailable: "the cluster's DNS service has no ready endpoint",
    .kubeletUnavailable: "node Ready is Unknown or False without a word about the runtime, or kubelet is not active",
    .containerRuntimeUnavailable: "node Ready is False and names the runtime, or containerd is not active",
    .kubeProxyUnavailable:
      "kube-proxy on a node is not active or not ready, or most Services fail from that node alone",
    .nodePressure: "MemoryPressure, DiskPressure or PIDPressure on a node",
    .certificateExpired: "x509: certificate has expired, in a condition or a fresh event",
    .controlPlaneUnavailable: "etcd, the API server or the controller manager is not ready, or its lease is old",
    .podCPUOverload:
      "CPU throttling of a pod is above normal, or its CPU use is at the limit, or several times normal with slow answers",
    .nodePacketLoss: "TCP retransmissions of a node are far above normal, and above those of other nodes",
    .networkDelay:
      "slow are the calls that cross one pod or node, with no sign of CPU, loss or anything else; a hint",
  ]
}
