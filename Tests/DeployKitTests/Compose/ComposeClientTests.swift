import DeployKit
import DeployKitTesting
import Testing

struct ComposeClientTests {
    let shell = ScriptedShell()
    let source = ComposeSource(files: ["deploy/compose.yaml"], profiles: ["jobs"], environmentFiles: ["prod.env"])
    let options = ["--file", "deploy/compose.yaml", "--profile", "jobs", "--env-file", "prod.env"]

    private func command(_ more: String...) -> Command {
        Command(["docker", "compose"] + options + ["config", "--format", "json"] + more)
    }

    @Test func `asks Compose twice and the file system once`() async throws {
        let interpolated: JSONValue = [
            "name": "shop",
            "services": [
                "web": ["image": "web", "volumes": [["type": "bind", "source": "/repo/conf", "target": "/etc/web"]]]
            ],
        ]
        shell.expect(command(), output: interpolated.prettyText)
        shell.expect(command("--no-interpolate"), output: interpolated.prettyText)
        shell.expect(
            "a listing", where: { $0.arguments.suffix(2) == ["deploy", "/repo/conf"] },
            answer: { _ in
                CommandResult(
                    output: "/repo\n/home/runner\n0\td\t755\t4096\t/repo/conf\t\n1\tf\t644\t3\t/repo/conf\ta b\n")
            })
        let model = try await ComposeClient(shell: shell).model(of: source)
        try shell.finish()
        #expect(model.project == "shop")
        #expect(model.services.keys.sorted() == ["web"])
        #expect(model.files.root == "/repo")
        #expect(model.files.home == "/home/runner")
        #expect(model.files.paths == ["/repo/conf": PathFacts(.folder, mode: 0o755, size: 4096, entries: ["a b"])])
    }

    @Test func `hands variables over on the standard input only`() async throws {
        let source = ComposeSource(variables: ["PW": Secret("s3'cret")])
        shell.expect("anything", repeats: true, where: { _ in true }) { command in
            CommandResult(output: command.arguments.contains("config") ? #"{"name":"x","services":{}}"# : "/\n/\n")
        }
        _ = try await ComposeClient(shell: shell).model(of: source)
        for command in shell.commands {
            #expect(!command.arguments.contains { $0.contains("cret") })
            guard command.arguments.contains("config") else { continue }
            #expect(command.input.revealed == "export PW='s3'\\''cret'\n")
        }
    }

    @Test func `no Compose file is an error that says so`() async throws {
        let error = try await refusal(of: "no configuration file provided: not found\n")
        #expect(error.code == .refused)
        #expect(error.message == "There is no Compose file in deploy")
    }

    @Test func `a file that does not parse is refused in Compose's words`() async throws {
        let error = try await refusal(
            of: """
                time="2026-01-01" level=warning msg="The \\"X\\" variable is not set. Defaulting to a blank string."
                yaml: line 2: did not find expected node content

                """)
        #expect(error.code == .refused)
        #expect(error.evidence == ["yaml: line 2: did not find expected node content"])
        #expect(error.message.contains("deploy/compose.yaml"))
        #expect(error.next.contains("docker compose --file deploy/compose.yaml"))
    }

    @Test func `a secret in Compose's words is taken out`() async throws {
        var source = source
        source.variables = ["PORT": Secret("hunter2secret")]
        let error = try await refusal(of: "services.web.ports: invalid hostPort: hunter2secret\n", source: source)
        #expect(error.evidence == ["services.web.ports: invalid hostPort: <redacted>"])
    }

    @Test(arguments: [
        "docker: 'compose' is not a docker command.\nSee 'docker --help'\n",
        "docker: unknown command: docker compose\n\nRun 'docker --help' for more information\n",
        "unknown flag: --file\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n",
        "unknown shorthand flag: 'f' in -f\nSee 'docker --help'.\n",
    ])
    func `where Docker has no Compose plugin, it says so, and how it is installed`(_ words: String) async throws {
        let error = try await refusal(of: words)
        #expect(
            error.message
                == "Docker Compose is missing: docker is there on a scripted machine, and its Compose plugin is not")
        #expect(error.next.contains("apt-get install docker-compose-v2"))
        #expect(error.evidence.first.map(words.hasPrefix) == true)
        #expect(error.saysThatComposeIsMissing)
    }

    @Test func `an option that only a newer Compose knows is no missing plugin`() async throws {
        shell.expect(Command(["docker", "compose", "version", "--short"]), output: "2.20.0\n")
        let error = try await refusal(of: "unknown flag: --no-interpolate\n")
        #expect(error.message == "Docker Compose refuses deploy/compose.yaml")
        #expect(!error.saysThatComposeIsMissing)
    }

    @Test func `where there is no Docker, it says so`() async throws {
        let error = try await refusal(of: "sh: 1: exec: docker: not found\n", status: 127)
        #expect(error.message == "Docker Compose is missing: docker is not installed on a scripted machine")
        #expect(error.next.contains("docker-compose-v2"))
    }

    private func refusal(of words: String, source: ComposeSource? = nil, status: Int = 15) async throws -> DeployError {
        shell.expect("config", repeats: true, where: { _ in true }) { _ in
            CommandResult(status: status, errorOutput: words)
        }
        let error = await #expect(throws: DeployError.self) {
            try await ComposeClient(shell: shell).model(of: source ?? self.source)
        }
        return try #require(error)
    }

    @Test func `asks the engine what images say of themselves`() async throws {
        shell.expect("docker image inspect", where: { $0.arguments.suffix(2) == ["a", "b"] }) { _ in
            CommandResult(
                output: #"{"Config":{"Volumes":{"/data":{}},"ExposedPorts":{"80/tcp":{},"53/udp":{}},"#
                    + #""Healthcheck":{"Test":["CMD","true"]}}}"# + "\nnull\n")
        }
        let facts = try await ComposeClient(shell: shell).facts(of: ["b", "a"])
        #expect(facts == ["a": ImageFacts(volumes: ["/data"], ports: [80], hasHealthCheck: true)])
    }
}
