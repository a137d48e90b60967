extension ComposeModel {
    /// What is found about variables: those without a value, and secrets where others can read them.
    func variableFindings(in names: Set<String>) -> [Finding] {
        unsetVariables.compactMap { unsetFinding($0, names) } + missingValues(in: names)
            + exposedSecrets(in: names) + longValues(in: names)
    }

    private func unsetFinding(_ variable: String, _ names: Set<String>) -> Finding? {
        let paths = references.paths(of: variable)
        let active = paths.filter { $0.first != "services" || ($0.count > 1 && names.contains($0[1])) }
        let needed = active.filter { !$0.contains("build") }
        let advice =
            "Set \(variable) in the environment of this run (in GitHub: a secret of the repository's environment, "
            + "passed under `env`), or give it a default: ${\(variable):-…}."
        if let first = needed.first {
            let others = needed.count > 1 ? " and in \(needed.count - 1) more places" : ""
            return Finding(
                .refusal, first.joined(separator: "."),
                "The variable \(variable) is used here\(others); it is not set and has no default.", advice: advice)
        }
        if let first = active.first {
            return Finding(
                .warning, first.joined(separator: "."),
                "The variable \(variable) is not set, so the image is built with an empty text.", advice: advice)
        }
        // What is left stands in an environment file (or `.env`), which only Compose reads; a text of a service that is
        // not active has been found among the paths.
        guard paths.isEmpty else { return nil }
        return Finding(
            .refusal, "variable \(variable)",
            "An environment file refers to it, and it is not set: an empty text would stand there.",
            advice: advice + " Where a dollar sign is meant, put the value into single quotes.")
    }

    /// A key without a value asks for one of this run; Compose leaves it out without a word when there is none.
    private func missingValues(in names: Set<String>) -> [Finding] {
        var missing: [String: [String]] = [:]
        for service in names.sorted().compactMap({ services[$0] }) {
            for (key, value) in service.environment where value == nil {
                missing[key, default: []].append(service.name)
            }
        }
        let secret = missing.keys.filter { VariableReference(name: $0, hasDefault: false).isConfidential }.sorted()
        let plain = missing.keys.filter { !secret.contains($0) }.sorted()
        return [(Finding.Severity.warning, secret), (.note, plain)].compactMap { severity, keys in
            guard let first = keys.first, let service = missing[first]?.first else { return nil }
            let rest = keys.count > 4 ? ["\(keys.count - 3) more"] : Array(keys.dropFirst(3))
            return Finding(
                severity, "services.\(service).environment.\(first)",
                "\((keys.prefix(3) + rest).sentence) would come from the environment of this run, where there is nothing: "
                    + "containers do not get \(keys.count == 1 ? "it" : "them").",
                advice: "Set what the services need in the environment of this run.")
        }
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
