import DeployKit
import FoundationEssentials
import Testing

struct SourceTreeTests {
    @Test func `two commits of the same files have one tree, and what is not committed is named`() async throws {
        let folder = try TemporaryFolder()
        let shell = LocalShell(workingDirectory: folder.url.path)
        let commit = """
            git -c user.name=A -c user.email=a@example.com commit --quiet --allow-empty --message "$1"
            """
        try await shell.output(of: .script("git init --quiet; echo 1 >a; git add a; \(commit)", ["one"]))
        let first = try await SourceTree.read(folder.url.path, shell: shell)
        try await shell.output(of: .script("\(commit); echo 2 >\"a b\"", ["two"]))
        let second = try await SourceTree.read(folder.url.path, shell: shell)
        #expect(first.tree == second.tree)
        #expect(first.commit != second.commit)
        #expect(first.isClean)
        #expect(second.changedFiles == ["a b"])
    }

    @Test func `a folder that is no checkout is refused in git's words`() async throws {
        let folder = try TemporaryFolder()
        let error = await #expect(throws: DeployError.self) {
            try await SourceTree.read(folder.url.path, shell: LocalShell())
        }
        #expect(error?.evidence.joined().contains("not a git repository") == true)
    }
}
