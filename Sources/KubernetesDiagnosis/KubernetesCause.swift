import IncidentModel

/// Every cause that the rules can name. The slug stands in a finding's `cause`, in truth files and in runbooks.
package enum KubernetesCause: String, Sendable, CaseIterable, Comparable {
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

  package static func < (left: KubernetesCause, right: KubernetesCause) -> Bool { left.rawValue < right.rawValue }

  /// The kind of fault it is; everything that nobody configured wrongly is listed.
  package var fault: FaultKind {
    switch self {
    case .admissionWebhookUnavailable, .schedulerUnavailable, .provisionerFailed, .clusterDNSUnavailable,
      .kubeletUnavailable, .containerRuntimeUnavailable, .kubeProxyUnavailable, .controlPlaneUnavailable:
      .dependency
    case .insufficientCPU, .podCPUOverload: .cpu
    case .insufficientMemory, .outOfMemoryKilled, .nodePressure: .memory
    case .entrypointInvalid, .initContainerFailing, .applicationNotAnswering, .listenAddress: .code
    case .certificateExpired: .certificate
    case .nodePacketLoss: .networkLoss
    case .networkDelay: .networkDelay
    default: .config
    }
  }
}
