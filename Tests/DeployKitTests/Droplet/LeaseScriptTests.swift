import FoundationEssentials
import Testing

@testable import DeployKit

/// What a droplet answers to who wants the lease, with the real script, on this machine.
struct LeaseScriptTests {
    private let shell = LocalShell()

    private func command(_ folder: TemporaryFolder, patience: String, actor: String) -> Command {
        DropletScript.takeLease.command([folder.url.path, patience, #"{"actor":"\#(actor)"}"#])
    }

    @Test func `who waits is told at once who holds it, and has it when that one ends`() async throws {
        let folder = try TemporaryFolder()
        let (first, second) = (
            command(folder, patience: "0", actor: "ada"), command(folder, patience: "60", actor: "bob")
        )
        let (ended, end) = AsyncStream<Void>.makeStream()
        let (held, isHeld) = AsyncStream<Void>.makeStream()
        async let holding: Void = shell.hold(first) { lines in
            var lines = lines.makeAsyncIterator()
            #expect(await lines.next()?.hasPrefix("ready ") == true)
            isHeld.finish()
            for await _ in ended {}
        }
        for await _ in held {}
        try await shell.hold(second) { lines in
            var lines = lines.makeAsyncIterator()
            let words = try #require(await lines.next())
            #expect(words.hasPrefix("waiting {"))
            #expect(words.hasSuffix(#""owner":{"actor":"ada"}}"#))
            end.finish()
            #expect(await lines.next()?.hasPrefix("ready ") == true)
        }
        try await holding
    }

    @Test func `who does not wait is refused, and told who holds it`() async throws {
        let folder = try TemporaryFolder()
        let (first, second) = (
            command(folder, patience: "0", actor: "ada"), command(folder, patience: "0", actor: "bob")
        )
        try await shell.hold(first) { [shell] lines in
            var lines = lines.makeAsyncIterator()
            #expect(await lines.next()?.hasPrefix("ready ") == true)
            let result = try await shell.run(second)
            #expect(result.status == 75)
            #expect(result.output.hasPrefix("held {"))
            #expect(result.output.contains(#""actor":"ada""#))
        }
    }
}
