/// Where the edge's things are on a droplet, and the commands that use them.
struct EdgePaths: Sendable, Hashable {
    /// The folder of configurations; HAProxy reads `<root>/current`.
    var root = EdgeConfiguration.root
    /// The socket of HAProxy's worker.
    var worker = "/run/haproxy/admin.sock"
    /// The socket of HAProxy's master.
    var master = "/run/haproxy-master.sock"

    private func command(
        _ script: EdgeScript, _ parameters: [String] = [], files: [(name: String, text: String)] = [],
        deadline: Duration = .seconds(60)
    ) -> Command {
        .script(
            script.text,
            [root, worker] + parameters + files.flatMap { [$0.name, "\($0.text.utf8.count)"] },
            input: Secret(files.map(\.text).joined()),
            deadline: deadline
        )
    }

    /// Prints what ``EdgeReading`` reads.
    var read: Command { command(.read, [master], deadline: .seconds(20)) }

    /// Puts a configuration in place; the environment's own value is nil when it is to be forgotten.
    func configure(
        _ configuration: EdgeConfiguration, for environment: EdgeEnvironment?, scope: String, beside others: String
    ) throws -> Command {
        var files = configuration.files.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
        if let environment {
            let descriptor = try EdgeConfiguration.descriptor(of: environment)
            files.append((EdgeConfiguration.descriptorFile(of: scope), descriptor))
        }
        let armed = environment?.armedSlot?.rawValue ?? ""
        return command(
            .configure, [master, scope, configuration.structure.hexadecimal, armed, others], files: files)
    }

    /// Moves the routes.
    func cutOver(_ environment: EdgeEnvironment) throws -> Command {
        let scope = environment.scope
        guard let slot = environment.serving else {
            throw DeployError(
                .edge, "no slot of \(scope) is named to move the routes to",
                next: "Run the same command again, which tells it.")
        }
        return command(
            .cutOver,
            [
                scope, slot.rawValue, environment.armedSlot?.rawValue ?? "", EdgeConfiguration.variable(of: scope),
                EdgeConfiguration.structure(of: environment).hexadecimal,
            ],
            files: [
                (EdgeConfiguration.file(of: scope), EdgeConfiguration.text(of: environment)),
                (EdgeConfiguration.mapFile(of: scope), EdgeMap.text(of: environment)),
                (EdgeConfiguration.descriptorFile(of: scope), try EdgeConfiguration.descriptor(of: environment)),
            ]
        )
    }

    /// Changes a canary's share, or maintenance.
    func amend(_ environment: EdgeEnvironment) throws -> Command {
        let scope = environment.scope
        let needed = (environment.share?.percent ?? 0) > 0 ? environment.serving?.other : nil
        return command(
            .amend,
            [
                scope, needed?.rawValue ?? "", environment.armedSlot?.rawValue ?? "",
                EdgeConfiguration.variable(of: scope), EdgeConfiguration.structure(of: environment).hexadecimal,
            ],
            files: [
                (EdgeConfiguration.file(of: scope), EdgeConfiguration.text(of: environment)),
                (EdgeConfiguration.mapFile(of: scope), EdgeMap.text(of: environment)),
                (EdgeConfiguration.descriptorFile(of: scope), try EdgeConfiguration.descriptor(of: environment)),
            ]
        )
    }

    /// Waits for the end of what a slot answers.
    func drain(_ slot: Slot, of scope: String, within limit: Duration) -> Command {
        let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
        return command(
            .drain, [master, scope, slot.rawValue, "\(milliseconds)"], deadline: limit + .seconds(30))
    }
}
