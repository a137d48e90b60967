import DeployKitTesting
import Foundation
import Synchronization
import Testing

@testable import DeployKit

struct GateServicesTests {
    static let config = """
        {"name":"bankflow","services":{
        "api":{"build":{"context":"."},"environment":{"DATABASE_URL":"postgres://bank:p$$w@postgres:5432/flow",
        "REDIS_URL":"redis://redis:6379","OTHER":"http://site:80"}},
        "postgres":{"image":"postgres:17","container_name":"db","restart":"always","environment":{"POSTGRES_PASSWORD":"p$$w"},
        "ports":[{"target":5432,"published":"5432"}],"volumes":[
        {"type":"volume","source":"data","target":"/var/lib/postgresql/data"},
        {"type":"bind","source":"/a/init.sql","target":"/init.sql"}]},
        "redis":{"image":"redis:8","healthcheck":{"test":["CMD","redis-cli","ping"],"interval":"10s","retries":3}}},"volumes":{"data":{"name":"data"}}}
        """

    static func model() throws -> ComposeModel {
        ComposeModel(
            interpolated: try JSONValue(parsing: config), uninterpolated: nil, files: ProjectFiles(parsing: ""))
    }

    @Test func `the services run alone, on ports that Docker chooses, and keep nothing`() throws {
        let model = try Self.model()
        let addresses = GateServices.addresses(of: ["postgres", "redis"], in: model)
        #expect(
            addresses == [
                GateServices.Address(service: "postgres", port: 5432),
                GateServices.Address(service: "redis", port: 6379),
            ])
        let project = GateServices.project(["postgres", "redis"], of: model, ports: addresses)
        let postgres = project["services"]?["postgres"]
        #expect(project["services"]?.members.keys.sorted() == ["postgres", "redis"])
        #expect(postgres?["ports"]?.elements == ["127.0.0.1::5432"])
        #expect(postgres?["environment"]?["POSTGRES_PASSWORD"]?.string == "p$$w")
        #expect(postgres?["container_name"] == nil)
        #expect(project["volumes"] == nil)
        #expect(
            project["services"]?["redis"]?["healthcheck"]
                == ["test": ["CMD", "redis-cli", "ping"], "interval": "1s", "retries": 300])
        #expect(
            postgres?["volumes"]?.elements == [
                ["type": "tmpfs", "target": "/var/lib/postgresql/data"],
                ["type": "bind", "source": "/a/init.sql", "target": "/init.sql"],
            ])
    }

    @Test func `the variables that name them get the addresses of this machine`() throws {
        let ways = [
            GateServices.Address(service: "postgres", port: 5432): "127.0.0.1:40001",
            GateServices.Address(service: "redis", port: 6379): "127.0.0.1:40002",
        ]
        #expect(
            GateServices.variables(of: try Self.model(), ways: ways).mapValues(\.revealed) == [
                "DATABASE_URL": "postgres://bank:p$w@127.0.0.1:40001/flow", "REDIS_URL": "redis://127.0.0.1:40002",
            ])
    }

    /// Plays Docker.
    private func docker(up: CommandResult = CommandResult()) -> ScriptedShell {
        let shell = ScriptedShell()
        func expect(_ word: String, _ result: CommandResult) {
            shell.expect(word, repeats: true, where: { $0.arguments.contains(word) }, answer: { _ in result })
        }
        expect("config", CommandResult(output: Self.config))
        expect("up", up)
        expect("down", CommandResult())
        expect("port", CommandResult(output: "127.0.0.1:40001\n"))
        shell.expect(
            "a look at the mounted files", repeats: true, where: { _ in true }, answer: { _ in CommandResult() })
        return shell
    }

    private func hasRemoved(_ shell: ScriptedShell) -> Bool {
        shell.commands.last?.arguments.suffix(5) == ["down", "--volumes", "--remove-orphans", "--timeout", "0"]
    }

    @Test func `they are removed when the gate has ended, or failed`() async throws {
        let shell = docker()
        let services = GateServices(shell: shell, source: ComposeSource())
        let url = try await services.run(["postgres"]) { $0["DATABASE_URL"]?.revealed }
        #expect(url == "postgres://bank:p$w@127.0.0.1:40001/flow")
        #expect(hasRemoved(shell))
        let other = docker()
        await #expect(throws: DeployError.self) {
            try await GateServices(shell: other, source: ComposeSource()).run(["postgres"]) { _ in
                throw DeployError(.gate, "no luck")
            }
        }
        #expect(hasRemoved(other))
    }

    @Test func `they are removed when the run is cancelled`() async throws {
        let shell = docker()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            try await GateServices(shell: shell, source: ComposeSource()).run(["postgres"]) { _ in
                begin.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        _ = await begun.first { _ in true }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        #expect(hasRemoved(shell))
    }

    @Test func `services that do not start fail the gate, and are removed`() async throws {
        let shell = docker(up: CommandResult(status: 1, errorOutput: "postgres is unhealthy"))
        await #expect(throws: DeployError.self) {
            try await GateServices(shell: shell, source: ComposeSource()).run(["postgres"]) { _ in }
        }
        #expect(hasRemoved(shell))
        await #expect(throws: DeployError.self) {
            try await GateServices(shell: docker(), source: ComposeSource()).run(["mysql"]) { _ in }
        }
    }
}
