extension ClusterGeneration {
  /// What every cluster runs for itself.
  mutating func addSystemWorkloads() {
    for component in ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] {
      addStaticPods(component)
    }
    let network = random.pick(["calico-node", "cilium", "kube-flannel-ds", "weave-net"]) ?? "cilium"
    addDaemonSet("kube-proxy", image: "registry.k8s.io/kube-proxy:v1.\(cluster.minorVersion).4", cpu: 0, memory: 0)
    addDaemonSet(network, image: "quay.io/\(network)/node:v3.26.1", cpu: 100, memory: 64)
    if random.chance(0.6) {
      addDaemonSet("node-exporter", image: "quay.io/prometheus/node-exporter:v1.8.1", cpu: 50, memory: 64)
    }
    addSystemDeployment(
      "coredns", image: "registry.k8s.io/coredns/coredns:v1.11.1", replicas: 2, labels: ["k8s-app": "kube-dns"],
      ports: [
        ContainerTemplate.ContainerPort(name: "dns", number: 53, transport: "UDP"),
        ContainerTemplate.ContainerPort(name: "dns-tcp", number: 53),
        ContainerTemplate.ContainerPort(name: "metrics", number: 9153),
      ])
    cluster.configMaps.append(
      KeyedObject(namespace: "kube-system", name: "coredns", keys: ["Corefile"], createdAt: daysAgo))
    addSystemService(
      "kube-dns", selector: ["k8s-app": "kube-dns"], address: "10.96.0.10",
      ports: [
        ClusterService.ServicePort(name: "dns", number: 53, target: .number(53), transport: "UDP"),
        ClusterService.ServicePort(name: "dns-tcp", number: 53, target: .number(53)),
        ClusterService.ServicePort(name: "metrics", number: 9153, target: .number(9153)),
      ])
    addSystemDeployment(
      "csi-controller", image: "registry.k8s.io/sig-storage/csi-provisioner:v5.0.1", replicas: 1,
      labels: ["app": "csi-controller"], ports: [])
    if random.chance(0.7) {
      addSystemDeployment(
        "metrics-server", image: "registry.k8s.io/metrics-server/metrics-server:v0.7.1", replicas: 1,
        labels: ["k8s-app": "metrics-server"],
        ports: [ContainerTemplate.ContainerPort(name: "https", number: 10_250)])
      addSystemService(
        "metrics-server", selector: ["k8s-app": "metrics-server"], address: nextClusterAddress(),
        ports: [ClusterService.ServicePort(name: "https", number: 443, target: .name("https"))])
    }
    // The API server's own Service has no selector: its endpoints are written by the server itself.
    addSystemService(
      "kubernetes", namespace: "default", selector: [:], address: "10.96.0.1",
      ports: [ClusterService.ServicePort(name: "https", number: 443, target: .number(6443))])
  }

  private mutating func workload(
    _ kind: ClusterWorkload.Kind, _ name: String, labels: [String: String], replicas: Int, template: PodTemplate
  ) -> ClusterWorkload {
    let revision = ClusterWorkload.Revision(
      template: template, hash: names.templateHash(), uid: names.uid(), createdAt: daysAgo + 120, number: replicas)
    return ClusterWorkload(
      kind: kind, namespace: "kube-system", name: name, uid: names.uid(), labels: labels, selector: labels,
      replicas: replicas, revisions: [revision], createdAt: daysAgo + 120, changedAt: daysAgo + 120,
      changedBy: "kubeadm", generation: 1)
  }

  private mutating func addStaticPods(_ component: String) {
    var container = ContainerTemplate(
      name: component, image: "registry.k8s.io/\(component):v1.\(cluster.minorVersion).4", cpuRequest: 100,
      memoryRequest: component == "etcd" ? 100 : 0)
    let port = ["etcd": 2381, "kube-apiserver": 6443, "kube-controller-manager": 10_257, "kube-scheduler": 10_259]
    container.liveness = ProbeTemplate(
      action: .http(path: "/livez", port: .number(port[component] ?? 6443), isTLS: component != "etcd"),
      initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15, failureThreshold: 8)
    container.command = [component]
    var template = PodTemplate(labels: ["component": component, "tier": "control-plane"], containers: [container])
    template.isOnHostNetwork = true
    template.priorityClass = "system-node-critical"
    template.tolerations = [Toleration(effect: "NoExecute")]
    let planes = cluster.nodes.count { $0.isControlPlane }
    cluster.workloads.append(
      workload(.staticPod, component, labels: template.labels, replicas: planes, template: template))
  }

  private mutating func addDaemonSet(_ name: String, image: String, cpu: Int, memory: Int) {
    let container = ContainerTemplate(name: name, image: image, cpuRequest: cpu, memoryRequest: memory)
    var template = PodTemplate(labels: ["k8s-app": name], containers: [container])
    template.isOnHostNetwork = true
    template.priorityClass = "system-node-critical"
    template.tolerations = [Toleration()]
    template.serviceAccount = name
    cluster.serviceAccounts.append(NamespacedName(namespace: "kube-system", name: name))
    cluster.workloads.append(
      workload(.daemonSet, name, labels: ["k8s-app": name], replicas: cluster.nodes.count, template: template))
  }

  private mutating func addSystemDeployment(
    _ name: String, image: String, replicas: Int, labels: [String: String],
    ports: [ContainerTemplate.ContainerPort]
  ) {
    var container = ContainerTemplate(name: name, image: image, ports: ports, cpuRequest: 50, memoryRequest: 70)
    container.memoryLimit = 170
    if name == "coredns" {
      container.readiness = ProbeTemplate(action: .http(path: "/ready", port: .number(8181), isTLS: false))
      container.liveness = ProbeTemplate(
        action: .http(path: "/health", port: .number(8080), isTLS: false), initialDelaySeconds: 60, timeoutSeconds: 5,
        failureThreshold: 5)
      // As the shipped manifest has it: the probes' ports are not among the declared ones.
    }
    var template = PodTemplate(labels: labels, containers: [container])
    template.priorityClass = "system-cluster-critical"
    template.tolerations =
      [
        Toleration(key: "CriticalAddonsOnly"),
        Toleration(key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule"),
      ] + Self.usualTolerations
    template.serviceAccount = name
    cluster.serviceAccounts.append(NamespacedName(namespace: "kube-system", name: name))
    cluster.workloads.append(workload(.deployment, name, labels: labels, replicas: replicas, template: template))
  }

  private mutating func addSystemService(
    _ name: String, namespace: String = "kube-system", selector: [String: String], address: String,
    ports: [ClusterService.ServicePort]
  ) {
    cluster.services.append(
      ClusterService(
        namespace: namespace, name: name, uid: names.uid(), labels: selector, selector: selector, ports: ports,
        clusterAddress: address, createdAt: daysAgo + 100, changedAt: daysAgo + 100, changedBy: "kubeadm"))
  }
}
