import DeployKitTesting
import Testing

@testable import DeployKit

struct HAProxyEdgeTests {
    let shell = ScriptedShell()
    let production = EdgeFixture.production

    private func script(_ command: Command) -> String { command.arguments[2] }

    @Test func `configures beside the other environments, and again when one changed meanwhile`() async throws {
        let output = try EdgeReadingTests.output(production)
        shell.expect("read", repeats: true, where: { script($0) == EdgeScript.read.text }) { _ in
            CommandResult(output: output)
        }
        shell.expect("configure", where: { script($0) == EdgeScript.configure.text }) { _ in
            CommandResult(status: EdgeScript.Failure.changed.rawValue)
        }
        shell.expect("configure", where: { script($0) == EdgeScript.configure.text }) { _ in
            CommandResult(output: "reloaded\n")
        }
        try await HAProxyEdge(shell: shell).configure(EdgeFixture.rehearsal)
        try shell.finish()

        let command = try #require(shell.commands.last)
        let structure = try EdgeConfiguration(
            environments: [production, EdgeFixture.rehearsal], hasCertificates: true
        ).structure
        #expect(
            Array(command.arguments[6...9])
                == ["/run/haproxy-master.sock", "shop-production-rehearsal", structure.hexadecimal, ""])
        #expect(command.arguments[10] == "6b1d  shop-production.json")
        let names = stride(from: 11, to: command.arguments.count, by: 2).map { command.arguments[$0] }
        #expect(
            names == [
                "00-edge.cfg", "50-shop-production-rehearsal.cfg", "50-shop-production.cfg",
                "shop-production-rehearsal.json",
            ])
        let sizes = stride(from: 12, to: command.arguments.count, by: 2).compactMap { Int(command.arguments[$0]) }
        #expect(sizes.reduce(0, +) == command.input.bytes.count)
    }

    @Test func `says how long the routes took to move`() async throws {
        shell.expect("cut over", where: { script($0) == EdgeScript.cutOver.text }) { _ in
            CommandResult(output: "moved 1795518241920308043 1795518241923808043\n")
        }
        #expect(try await HAProxyEdge(shell: shell).cutOver(production) == CutoverReport(microseconds: 3500))
        let command = try #require(shell.commands.first)
        #expect(command.arguments[6...8] == ["shop-production", "blue", "blue"])
    }

    @Test(arguments: EdgeScript.Failure.allCases)
    func `every failure has a reason, and keeps what HAProxy said`(_ failure: EdgeScript.Failure) async throws {
        shell.expect("cut over", where: { script($0) == EdgeScript.cutOver.text }) { _ in
            CommandResult(status: failure.rawValue, errorOutput: "api (green-1) is DOWN\n")
        }
        let error = await #expect(throws: DeployError.self) {
            try await HAProxyEdge(shell: shell).cutOver(production)
        }
        #expect(error?.code == .edge)
        #expect(error?.evidence == ["api (green-1) is DOWN"])
        #expect(error?.next.isEmpty == false)
    }

    @Test func `moves no route without a slot to move to`() async throws {
        var nowhere = production
        nowhere.serving = nil
        await #expect(throws: DeployError.self) { try await HAProxyEdge(shell: shell).cutOver(nowhere) }
        #expect(shell.commands.isEmpty)
    }

    @Test func `gives a drain its limit and some time to close what is left`() async throws {
        shell.expect("drain", where: { script($0) == EdgeScript.drain.text }) { _ in
            CommandResult(output: "closed 2\n")
        }
        let report = try await HAProxyEdge(shell: shell).drain(.green, of: "a-b", within: .milliseconds(1500))
        #expect(report == DrainReport(closed: 2))
        let command = try #require(shell.commands.first)
        #expect(command.arguments[7...9] == ["a-b", "green", "1500"])
        #expect(command.deadline == .milliseconds(31500))
    }
}
