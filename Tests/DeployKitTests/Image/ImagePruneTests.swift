import DeployKitTesting
import Testing

@testable import DeployKit

struct ImagePruneTests {
    /// A `docker` whose images are files, and which does not remove one that a container has.
    private static let docker = #"""
        #!/bin/sh
        folder=${0%/*}
        [ ! -e "$folder/stopped" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }
        case $2 in
        rm) [ "$3" = used ] || rm "$folder/images/$3" ;;
        inspect) [ -e "$folder/images/$3" ] || { echo "Error response from daemon: No such image: $3" >&2; exit 1; } ;;
        esac
        """#

    @Test
    func `removes what came and no release needs, and remembers what a container still has`() async throws {
        let shell = LocalShell()
        let folder = try await shell.output(of: Command(["mktemp", "-d"])).filter { !$0.isNewline }
        try await shell.output(
            of: .script(
                #"""
                cd "$1"
                cat >docker
                chmod +x docker
                mkdir -p images root/own/releases/v2 root/own/releases/v1 root/other
                touch images/old images/used images/kept images/others images/foreign root/own/incoming-x
                printf '%s\n' old used kept others gone old >root/own/fetched
                printf 'sha256:1 kept\n' >root/own/releases/v2/images
                echo others >root/other/fetched
                """#, [folder], input: Secret(Self.docker)))
        let path = try await shell.output(of: Command(["printenv", "PATH"])).filter { !$0.isNewline }
        let pruning = LocalShell(environment: ["PATH": Secret("\(folder):\(path)")])
        let list = try await shell.output(of: Command(["cat", "\(folder)/root/own/fetched"]))
        try await shell.output(of: Command(["touch", "\(folder)/stopped"]))
        #expect(try await !pruning.run(ImageScript.prune.command(["\(folder)/root/own"])).isSuccess)
        #expect(try await shell.output(of: Command(["cat", "\(folder)/root/own/fetched"])) == list)
        try await shell.output(of: Command(["rm", "\(folder)/stopped"]))
        try await pruning.output(of: ImageScript.prune.command(["\(folder)/root/own"]))
        #expect(try await shell.output(of: Command(["ls", "\(folder)/images"])) == "foreign\nkept\nothers\nused\n")
        #expect(try await shell.output(of: Command(["cat", "\(folder)/root/own/fetched"])) == "used\n")
        #expect(try await shell.output(of: Command(["ls", "\(folder)/root/own"])) == "fetched\nreleases\n")
        try await pruning.output(of: ImageScript.prune.command(["\(folder)/root/other"]))
        try await shell.output(of: Command(["rm", "-r", folder]))
    }
}
