extension ComposeModel {
    /// What is found in the volumes themselves.
    func volumeFindings(for plans: [String: ServicePlan]) -> [Finding] {
        var writers: [String: Set<String>] = [:]
        var assets: [String: String] = [:]
        for plan in plans.values where !plan.role.isWithStores && plan.role.kind != .job {
            for mount in plan.source.mounts where mount.type == "volume" && !mount.isReadOnly {
                guard let name = mount.source else { continue }
                writers[name, default: []].insert(plan.source.name)
                if MountedSource.holdsAssets(mount.target) {
                    assets[name] = min(assets[name] ?? mount.target, mount.target)
                }
            }
        }
        return volumes.sorted { $0.key < $1.key }.flatMap { name, volume -> [Finding] in
            let subject = "volumes.\(name)"
            let options = volume["driver_opts"]?.members ?? [:]
            var findings: [Finding] = []
            if volume["external"]?.bool == true {
                findings.append(
                    Finding(
                        .warning, subject,
                        "It is made outside of this project: the droplet has to have the volume "
                            + "“\(volume["name"]?.string ?? name)”, and every environment there shares it.",
                        advice: "docker volume create \(volume["name"]?.string ?? name)"))
            } else if let fixed = volume["name"]?.string, fixed != "\(project)_\(name)" {
                findings.append(
                    Finding(
                        .note, subject,
                        "Its fixed name “\(fixed)” is not kept: each environment has a volume of its own."))
            }
            if let services = writers[name]?.sorted() {
                findings.append(
                    Finding(
                        .warning, subject,
                        "Every release has the same one: while two run, \(services.count > 3 ? "\(services.count) services" : services.sentence) of both write "
                            + "to it.",
                        advice: "Nothing is to be done where files are added under names of their own, as uploads are.")
                )
            }
            if let target = assets[name] {
                findings.append(
                    Finding(
                        .warning, subject,
                        "It is filled from an image once: what a later image has at \(target) stays hidden, unless the "
                            + "service writes it there at its start, and then both releases have it.",
                        advice: "Serve these files from the image that has them, without a volume over them."))
            }
            if let device = options["device"]?.string, device.hasPrefix("/"), options["type"]?.string == "none" {
                findings.append(
                    Finding(
                        .refusal, subject, "It stands for the folder \(device) of one machine.",
                        advice: "Remove driver_opts, so that Docker keeps the volume itself."))
            }
            let secrets = references.byPath.filter { $0.key.starts(with: ["volumes", name]) }.values.joined()
                .filter(\.isConfidential).map(\.name)
            if !secrets.isEmpty {
                findings.append(
                    Finding(
                        writers[name] != nil ? .refusal : .warning, subject,
                        "\(Set(secrets).sorted().sentence) stands in its options, which `docker volume inspect` shows.")
                )
            }
            return findings
        }
    }

    /// What is found in configs and secrets.
    var fileFindings: [Finding] {
        [("configs", configs), ("secrets", secrets)].flatMap { section, resources in
            resources.sorted { $0.key < $1.key }.flatMap { name, resource -> [Finding] in
                let subject = "\(section).\(name)"
                if resource["external"]?.bool == true {
                    return [
                        Finding(
                            .refusal, subject, "It is external, which only Swarm has.",
                            advice: "Give it a file, or an environment variable.")
                    ]
                }
                if let variable = resource["environment"]?.string {
                    let value = variableValues[variable]
                    // GitHub passes on a secret that is not set as an empty one; a config may be empty.
                    guard value == nil || (section == "secrets" && value?.revealed.isEmpty == true) else { return [] }
                    return [
                        Finding(
                            .refusal, subject,
                            "Its value is that of the variable \(variable), which is "
                                + (value == nil ? "not set." : "empty."),
                            advice: "Set \(variable) in the environment of this run (in GitHub: a secret of the "
                                + "repository's environment, passed under `env`).")
                    ]
                }
                guard let file = resource["file"]?.string else { return [] }
                if files.paths[file] == nil {
                    return [
                        Finding(
                            .refusal, subject, "Its file \(files.pathInProject(file) ?? file) is not there.",
                            advice: "Make it before the deploy, or use an environment variable.")
                    ]
                }
                return []
            }
        }
    }
}
