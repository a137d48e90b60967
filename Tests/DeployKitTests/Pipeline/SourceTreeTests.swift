import DeployKit
import DeployKitTesting
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

    @Test func `git says the branch, also before its first commit, or the commit where there is no branch`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.url.path
        let shell = LocalShell(workingDirectory: path)
        #expect(try await SourceTree.ref(path, shell: shell) == nil)
        try await shell.output(of: .script("git init --quiet --initial-branch staging"))
        #expect(try await SourceTree.ref(path, shell: shell) == "refs/heads/staging")
        let commit = try await shell.output(
            of: .script(
                """
                git -c user.name=A -c user.email=a@example.com commit --quiet --allow-empty --message one
                git checkout --quiet --detach
                git rev-parse HEAD
                """)
        ).lastLines(1)
        #expect(try await SourceTree.ref(nil, shell: shell) == commit)
    }

    @Test func `a machine without git says no branch, and a checkout that git does not trust is refused`() async throws
    {
        let shell = ScriptedShell()
        shell.expect("no git", where: { _ in true }, answer: { _ in CommandResult(status: 127) })
        #expect(try await SourceTree.ref("shop", shell: shell) == nil)
        let doubt = CommandResult(
            status: 128, errorOutput: "fatal: detected dubious ownership in repository at 'shop'\n")
        shell.expect("no trust", repeats: true, where: { _ in true }, answer: { _ in doubt })
        let error = await #expect(throws: DeployError.self) { try await SourceTree.ref("shop", shell: shell) }
        #expect(error?.code == .refused)
        #expect(error?.evidence.joined().contains("dubious ownership") == true)
    }
}
