/// Which keys of a service reach the droplet, and what is found in those that a droplet serves in another way.
enum ServiceKeys {
    /// The keys that Compose 2.26 of Debian 13 knows and that are rendered as they are.
    static let kept: Set = [
        "annotations", "blkio_config", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "command", "cpu_count",
        "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset",
        "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "domainname", "entrypoint", "extra_hosts",
        "group_add", "hostname", "init", "ipc", "isolation", "labels", "mem_limit", "mem_reservation",
        "mem_swappiness", "memswap_limit", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform",
        "privileged", "read_only", "runtime", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
        "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "user", "userns_mode", "uts",
        "volumes_from", "working_dir",
    ]

    /// The keys that the renderer writes itself, and those that mean nothing on the droplet.
    static let decided: Set = [
        "attach", "build", "configs", "container_name", "depends_on", "deploy", "develop", "env_file", "environment",
        "expose", "extends", "external_links", "healthcheck", "image", "label_file", "links", "logging",
        "mac_address", "network_mode", "networks", "ports", "profiles", "pull_policy", "restart", "scale", "secrets",
        "volumes",
    ]

    static func findings(of service: ComposeService, role: ServiceRole) -> [Finding] {
        var findings: [Finding] = []
        let unknown = service.value.members.filter { $0.value != .null }.keys
            .filter { !kept.contains($0) && !decided.contains($0) && !$0.hasPrefix("x-") }
        for key in unknown.sorted() {
            findings.add(
                .refusal, service, key, "Compose 2.26, which Debian 13 has on the droplet, does not know this key.",
                advice: "Say the same with older keys, or leave it out of what is deployed.")
        }
        judgeHost(service, &findings)
        judgeDeploy(service, role, &findings)
        judgeLife(service, role, &findings)
        if let finding = DestructiveCommand.finding(of: service, role: role) { findings.append(finding) }
        return findings
    }

    private static func judgeHost(_ service: ComposeService, _ findings: inout [Finding]) {
        if service.value["privileged"]?.bool == true {
            findings.add(
                .warning, service, "privileged", "It can do anything on the droplet, also to other environments.")
        }
        for key in ["pid", "ipc", "uts"] where service.value[key]?.string == "host" {
            findings.add(.warning, service, key, "It sees the droplet's own, and the other release's.")
        }
        let devices = service.value["devices"]?.elements.compactMap { $0["source"]?.string ?? $0.string } ?? []
        let missing = devices.filter { device in !presentDevices.contains { device.hasPrefix($0) } }
        if !missing.isEmpty {
            findings.add(
                .refusal, service, "devices", "A droplet has no \(missing.sentence).",
                advice: "Leave the service out of what is deployed, or run it without the device.")
        }
        let reservations = service.value["deploy"]?["resources"]?["reservations"]?["devices"]?.elements ?? []
        if !reservations.isEmpty || service.value["runtime"]?.string == "nvidia" || service.value["gpus"] != nil {
            findings.add(
                .refusal, service, "deploy.resources.reservations.devices",
                "It asks for a device (a GPU) that a droplet does not have.",
                advice: "Leave the reservation out of what is deployed.")
        }
        if let platform = service.value["platform"]?.string, !platform.hasPrefix("linux/amd64") {
            findings.add(
                .warning, service, "platform", "“\(platform)” runs on a droplet only with emulation, or not at all.")
        }
        let hosts = service.value["extra_hosts"]?.allStrings ?? []
        if hosts.contains(where: { $0.contains("host-gateway") }) {
            findings.add(
                .note, service, "extra_hosts", "“host-gateway” is the droplet, no longer the developer's machine.")
        }
    }

    private static func judgeDeploy(_ service: ComposeService, _ role: ServiceRole, _ findings: inout [Finding]) {
        let deploy = service.value["deploy"]
        if deploy?["mode"]?.string == "global" {
            findings.add(.note, service, "deploy.mode", "On one droplet, “global” is one container.")
        }
        if deploy?["update_config"] != nil || deploy?["rollback_config"] != nil {
            findings.add(
                .note, service, "deploy.update_config", "Only Swarm reads it; a release is replaced as a whole.")
        }
        if role.isWithStores, service.replicas > 1 {
            findings.add(
                .refusal, service, "deploy.replicas",
                "It is a store with \(service.replicas) containers, which would write the same data.",
                advice: "Make it one container, or services of their own with volumes of their own.")
        }
        if role.kind == .job, service.replicas > 1 {
            findings.add(.warning, service, "deploy.replicas", "A job runs once for each release, in one container.")
        }
        if service.value["credential_spec"] != nil || service.value["isolation"]?.string != nil {
            findings.add(.refusal, service, "isolation", "Only Windows containers have it.")
        }
    }

    private static func judgeLife(_ service: ComposeService, _ role: ServiceRole, _ findings: inout [Finding]) {
        if role.kind == .web, !service.hasHealthCheck {
            findings.add(
                .note, service, "healthcheck",
                "It has none in the file: the edge's checks and the gate alone say whether it is healthy.")
        }
        if service.value["logging"]?["driver"]?.string == "none" {
            findings.add(.warning, service, "logging", "Without logs, a failed release leaves no evidence.")
        }
    }

    private static let presentDevices = ["/dev/null", "/dev/net/tun", "/dev/fuse", "/dev/kmsg", "/dev/random"]
}
