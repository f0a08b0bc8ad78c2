/// What can be wrong with a simulated cluster; the raw value is the cause as findings and `truth.yaml` name it.
package enum ClusterFault: String, CaseIterable, Sendable {
  case namespaceCPUQuota = "namespace-cpu-quota"
  case namespaceMemoryQuota = "namespace-memory-quota"
  case namespacePodQuota = "namespace-pod-quota"
  case namespaceStorageQuota = "namespace-storage-quota"
  case namespaceServiceQuota = "namespace-service-quota"
  case serviceAccountMissing = "service-account-missing"
  case admissionRejected = "admission-rejected"
  case admissionWebhookUnavailable = "admission-webhook-unavailable"

  case taintNotTolerated = "taint-not-tolerated"
  case nodeCordoned = "node-cordoned"
  case nodeSelectorMismatch = "node-selector-mismatch"
  case nodeAffinityMismatch = "node-affinity-mismatch"
  case antiAffinityConflict = "anti-affinity-conflict"
  case insufficientCPU = "insufficient-cpu"
  case insufficientMemory = "insufficient-memory"
  case schedulerUnavailable = "scheduler-unavailable"
  case topologySpreadUnsatisfiable = "topology-spread-unsatisfiable"
  case hostPortInUse = "host-port-in-use"
  case volumeNodeAffinity = "volume-node-affinity"
  case tooManyPods = "too-many-pods"
  case insufficientExtendedResource = "insufficient-extended-resource"

  case storageClassMismatch = "storage-class-mismatch"
  case accessModeMismatch = "access-mode-mismatch"
  case capacityMismatch = "capacity-mismatch"
  case volumeSelectorMismatch = "volume-selector-mismatch"
  case volumeOccupied = "volume-occupied"
  case provisionerFailed = "provisioner-failed"

  case registryNameNotResolved = "registry-name-not-resolved"
  case imageReferenceInvalid = "image-reference-invalid"
  case pullSecretMissing = "pull-secret-missing"
  case outOfMemoryKilled = "out-of-memory-killed"
  case volumePermissionDenied = "volume-permission-denied"
  case configurationReferenceMissing = "configuration-reference-missing"
  case entrypointInvalid = "entrypoint-invalid"
  case initContainerFailing = "init-container-failing"

  case livenessProbeWrongPort = "liveness-probe-wrong-port"
  case livenessProbeWrongProtocol = "liveness-probe-wrong-protocol"
  case livenessProbeTooTight = "liveness-probe-too-tight"
  case readinessProbeWrongPort = "readiness-probe-wrong-port"
  case readinessProbeWrongProtocol = "readiness-probe-wrong-protocol"
  case applicationNotAnswering = "application-not-answering"

  case selectorMatchesNothing = "selector-matches-nothing"
  case servicePortMismatch = "service-port-mismatch"
  case serviceProtocolMismatch = "service-protocol-mismatch"
  case clientAddressMismatch = "client-address-mismatch"
  case listenAddress = "listen-address"
  case networkPolicyBlocks = "network-policy-blocks"
  case clusterDNSUnavailable = "cluster-dns-unavailable"

  case kubeletUnavailable = "kubelet-unavailable"
  case containerRuntimeUnavailable = "container-runtime-unavailable"
  case kubeProxyUnavailable = "kube-proxy-unavailable"
  case nodePressure = "node-pressure"
  case certificateExpired = "certificate-expired"
  case controlPlaneUnavailable = "control-plane-unavailable"

  case podCPUOverload = "pod-cpu-overload"
  case nodePacketLoss = "node-packet-loss"
  case networkDelay = "network-delay"

  /// True where it reaches everything, so that no second fault would be independent of it.
  var isClusterWide: Bool {
    switch self {
    case .schedulerUnavailable, .clusterDNSUnavailable, .controlPlaneUnavailable, .networkDelay: true
    default: false
    }
  }
}

/// What was done to a cluster.
package struct ClusterTruth: Hashable, Sendable {
  /// `<kind>/<name>` of the object that fails its users.
  package var component: String
  package var alsoAccept: [String] = []
  package var fault: ClusterFault
  /// Unix seconds.
  package var startedAt: Int
}
