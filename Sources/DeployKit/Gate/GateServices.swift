/// Runs services of the Compose file for the length of a gate: with names, ports and data of their own.
struct GateServices: Sendable {
    let shell: any Shell
    let source: ComposeSource
    /// The name of the Compose project, which nobody else has.
    let project: String

    /// The label that all of its containers have.
    static let label = "deploykit.gate"

    init(shell: any Shell, source: ComposeSource) {
        self.shell = shell
        self.source = source
        let digits = (0..<4).map { _ in String(UInt16.random(in: 0x1000...0xffff), radix: 16) }.joined()
        project = "deploykit-gate-\(digits)"
    }

    /// Starts services, hands `body` the variables that lead to them, and removes all of them, however it ends.
    ///
    /// - Throws: ``DeployError`` where they do not start; what `body` throws.
    func run<Result: Sendable>(
        _ names: [String], _ body: ([String: Secret]) async throws -> Result
    ) async throws -> Result {
        let model = try await ComposeClient(shell: shell).model(of: source)
        for name in names where model.services[name] == nil {
            throw DeployError(
                .gate, "there is no service \(name) in \(source.subject)", next: "Name the gate's services as there.")
        }
        let addresses = Self.addresses(of: names, in: model)
        let text = Secret(Self.project(names, of: model, ports: addresses).compactText)
        let outcome: Swift.Result<Result, any Error>
        do {
            try await start(text)
            outcome = .success(try await body(try await variables(addresses, model)))
        } catch {
            outcome = .failure(error)
        }
        // Awaited here; a task of its own, since a run that is cancelled removes what it began, too.
        await Task { await remove(text) }.value
        return try outcome.get()
    }

    private func compose(_ arguments: [String], _ text: Secret, within limit: Duration = .seconds(60)) -> Command {
        Command(
            ["docker", "compose", "--project-name", project, "--file", "-"] + arguments, input: text, deadline: limit)
    }

    private func start(_ text: Secret) async throws {
        let up = try await shell.run(
            compose(["up", "--detach", "--wait", "--wait-timeout", "120"], text, within: .seconds(300)))
        guard up.isSuccess else {
            throw DeployError(
                .gate, "the gate's services do not start", evidence: up.lines, next: Self.advice)
        }
    }

    private static let advice = "Mend what Docker says, then run the gate again."

    private func remove(_ text: Secret) async {
        _ = try? await shell.run(compose(["down", "--volumes", "--remove-orphans", "--timeout", "0"], text))
    }

    /// The variables of the project that name the services, with the addresses that they have here.
    private func variables(_ addresses: Set<Address>, _ model: ComposeModel) async throws -> [String: Secret] {
        var ways: [Address: String] = [:]
        for address in addresses {
            // Docker chose the port.
            let command = Command(
                [
                    "docker", "port", "\(project)-\(address.service)-1", "\(address.port)/tcp",
                ])
            let result = try await shell.run(command)
            guard result.isSuccess, let port = result.output.split(separator: "\n").first?.split(separator: ":").last
            else {
                throw DeployError(
                    .gate, "port \(address.port) of \(address.service) is not published", evidence: result.lines,
                    next: Self.advice)
            }
            ways[address] = "127.0.0.1:\(port)"
        }
        return Self.variables(of: model, ways: ways)
    }
}

extension GateServices {
    /// A port of a service.
    struct Address: Sendable, Hashable {
        var service: String
        var port: Int
    }

    /// The addresses of services that the variables of a project name, as `postgres:5432` of
    /// `postgres://bank@postgres:5432/flow`.
    static func addresses(of names: [String], in model: ComposeModel) -> Set<Address> {
        let values = model.services.values.flatMap { $0.environment.values.compactMap { $0 } }
        return Set(values.flatMap { value in names.flatMap { name in ports(of: name, in: value) } })
    }

    /// The variables that name one of the addresses, with another in its place.
    static func variables(of model: ComposeModel, ways: [Address: String]) -> [String: Secret] {
        var variables: [String: Secret] = [:]
        for service in model.services.values.sorted(by: { $0.name < $1.name }) {
            for (name, value) in service.environment {
                guard let value, variables[name] == nil else { continue }
                var text = value
                for (address, way) in ways {
                    for mark in ["//", "@"] {
                        text = text.replacing("\(mark)\(address.service):\(address.port)", with: mark + way)
                    }
                }
                if text != value { variables[name] = Secret(text) }
            }
        }
        return variables
    }

    private static func ports(of name: String, in value: String) -> [Address] {
        ["//\(name):", "@\(name):"].flatMap { mark in
            value.ranges(of: mark).compactMap { range in
                Int(value[range.upperBound...].prefix { $0.isASCII && $0.isNumber }).map {
                    Address(service: name, port: $0)
                }
            }
        }
    }

    /// The project of the services alone: their data lives in memory, and their ports are on the loopback.
    static func project(_ names: [String], of model: ComposeModel, ports: Set<Address>) -> JSONValue {
        let kept = ["image", "environment", "command", "entrypoint", "healthcheck", "user", "shm_size", "tmpfs"]
        var services: [String: JSONValue] = [:]
        for name in names {
            guard let source = model.services[name] else { continue }
            var members: [String: JSONValue] = [:]
            for key in kept { members[key] = source.value[key] }
            members["image"] = .string(model.imageName(of: source))
            members["labels"] = .object([label: "1"])
            if case .object(var check)? = members["healthcheck"] {
                // What is started for this gate alone is waited for, as long as `up` waits.
                check["interval"] = "1s"
                check["retries"] = 300
                members["healthcheck"] = .object(check)
            }
            members["ports"] = .array(
                ports.filter { $0.service == name }.map(\.port).sorted().map { .string("127.0.0.1::\($0)") })
            members["volumes"] = .array(
                (source.value["volumes"]?.elements ?? []).compactMap { volume in
                    if volume["type"]?.string == "bind" { return volume }
                    return volume["target"].map { ["type": "tmpfs", "target": $0] }
                })
            services[name] = .object(members)
        }
        return ["services": .object(services.mapValues { $0.mapStrings { $0.doublingDollars() } })]
    }
}
