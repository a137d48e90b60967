extension ComposeModel {
    /// What is found about variables: those without a value, and secrets where others can read them.
    func variableFindings(in names: Set<String>) -> [Finding] {
        unsetVariables.compactMap { unsetFinding($0, names) } + emptySecrets(in: names)
            + missingValues(in: names) + exposedSecrets(in: names) + longValues(in: names)
    }

    private func unsetFinding(_ variable: String, _ names: Set<String>) -> Finding? {
        let paths = references.paths(of: variable)
        if let finding = finding(of: variable, at: active(paths, names), "is not set", "it is not set") {
            return finding
        }
        // What is left stands in an environment file (or `.env`), which only Compose reads; a text of a service that is
        // not active has been found among the paths.
        guard paths.isEmpty else { return nil }
        return Finding(
            .refusal, "variable \(variable)",
            "An environment file refers to it, and it is not set: an empty text would stand there.",
            advice: Self.advice(variable) + " Where a dollar sign is meant, put the value into single quotes.")
    }

    /// An empty secret where the file gives no default, as GitHub passes on one that is not set.
    ///
    /// One that stands empty in a file of variables may be meant so.
    private func emptySecrets(in names: Set<String>) -> [Finding] {
        let written = variableValues.filter { $0.value.revealed.isEmpty && SecretName.isConfidential($0.key) }.keys
        return emptyVariables.union(written).sorted().compactMap { variable in
            let isOfRun = emptyVariables.contains(variable)
            let paths =
                active(references.paths(of: variable), names) + (isOfRun ? bareKeys(variable, in: names) : [])
            return finding(
                of: variable, at: paths, "is empty", "it is empty", severity: isOfRun ? .refusal : .warning)
        }
    }

    /// Where a service has an empty key as `- API_KEY` asks for it, without a text that refers to the variable.
    private func bareKeys(_ variable: String, in names: Set<String>) -> [[String]] {
        guard references.isComplete else { return [] }
        return names.sorted().compactMap { name in
            let path = ["services", name, "environment", variable]
            let isEmpty = services[name]?.environment[variable]??.isEmpty == true
            return isEmpty && references.references(at: path).isEmpty ? path : nil
        }
    }

    private func active(_ paths: [[String]], _ names: Set<String>) -> [[String]] {
        paths.filter { $0.first != "services" || ($0.count > 1 && names.contains($0[1])) }
    }

    /// The finding of a variable that has nothing to give where the file asks for it; nil where it does not.
    private func finding(
        of variable: String, at active: [[String]], _ state: String, _ reason: String,
        severity: Finding.Severity = .refusal
    ) -> Finding? {
        let needed = active.filter { !$0.contains("build") }
        if let first = needed.first {
            let others = needed.count > 1 ? " and in \(needed.count - 1) more places" : ""
            return Finding(
                severity, first.joined(separator: "."),
                "The variable \(variable) is used here\(others); \(reason) and has no default.",
                advice: Self.advice(variable))
        }
        guard let first = active.first else { return nil }
        return Finding(
            .warning, first.joined(separator: "."),
            "The variable \(variable) \(state), so the image is built with an empty text.",
            advice: Self.advice(variable))
    }

    private static func advice(_ variable: String) -> String {
        "Set \(variable) in the environment of this run (in GitHub: a secret of the repository's environment, "
            + "passed under `env`), or give it a default: ${\(variable):-…}."
    }

    /// A key without a value asks for one of this run; Compose leaves it out without a word when there is none.
    private func missingValues(in names: Set<String>) -> [Finding] {
        var missing: [String: [String]] = [:]
        for service in names.sorted().compactMap({ services[$0] }) {
            for (key, value) in service.environment where value == nil {
                missing[key, default: []].append(service.name)
            }
        }
        // One by one, since each has to be set; as with empty secrets, a place as `SSH_AUTH_SOCK` is none.
        let secret = missing.keys.filter(SecretName.isConfidential).sorted()
        let refusals = secret.map { key in
            let services = missing[key] ?? []
            let others = services.count > 1 ? " and by \(Array(services.dropFirst()).briefSentence)" : ""
            return Finding(
                .refusal, "services.\(services.first ?? "").environment.\(key)",
                "The variable \(key) is asked for here\(others); it is not set, so containers would not get it.",
                advice: "Set \(key) in the environment of this run (in GitHub: a secret of the repository's "
                    + "environment, passed under `env`). If the service can do without, remove the key, or write "
                    + "“\(key)=” into .env.")
        }
        let plain = missing.keys.filter { !secret.contains($0) }.sorted()
        guard let first = plain.first, let service = missing[first]?.first else { return refusals }
        let rest = plain.count > 4 ? ["\(plain.count - 3) more"] : Array(plain.dropFirst(3))
        return refusals + [
            Finding(
                .note, "services.\(service).environment.\(first)",
                "\((plain.prefix(3) + rest).sentence) would come from the environment of this run, where there is nothing: "
                    + "containers do not get \(plain.count == 1 ? "it" : "them").",
                advice: "Set what the services need in the environment of this run.")
        ]
    }

    /// Linux passes on no variable that is longer than 32 pages (`MAX_ARG_STRLEN`), its name and `=` included.
    private func longValues(in names: Set<String>) -> [Finding] {
        let environments = names.sorted().compactMap { services[$0] }.flatMap { service in
            service.environment.map { ("services.\(service.name).environment.\($0.key)", $0.value ?? "") }
        }
        let contents = [("configs", configs), ("secrets", secrets)].flatMap { section, resources in
            resources.map { ("\(section).\($0.key).content", $0.value["content"]?.string ?? "") }
        }
        return (environments + contents).filter { $0.1.utf8.count > 130_000 }.sorted { $0.0 < $1.0 }.map { subject, _ in
            Finding(
                .refusal, subject, "Its value is longer than the 128 KiB that Linux passes on in one variable.",
                advice: "Put it into a file, and mount that as a config or a secret.")
        }
    }

    private func exposedSecrets(in names: Set<String>) -> [Finding] {
        let keys: Set = ["command", "entrypoint", "healthcheck", "labels"]
        var findings: [Finding] = []
        for (path, found) in references.byPath.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            guard path.count > 2, path[0] == "services", names.contains(path[1]), keys.contains(path[2]) else {
                continue
            }
            let secrets = Set(found.filter { $0.isConfidential }.map(\.name)).sorted()
            guard !secrets.isEmpty else { continue }
            findings.append(
                Finding(
                    .warning, path.joined(separator: "."),
                    "\(secrets.sentence) stands in the \(path[2]), which `docker inspect`"
                        + (path[2] == "labels" ? " shows." : " and the droplet's list of processes show."),
                    advice: "Pass it in `environment` or as a secret's file."))
        }
        return findings
    }
}
