import DeployKit
import FoundationEssentials
import Testing

/// Sentinel values through the real program and a real droplet: they are seen in one file, and nowhere else.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct SecretsLabTests {
    private static let project = Lab.package + "Tests/LabTests/Resources/sentinels"
    private static let token = "sentinelAlpha \"one\"/two+three\nsentinelBeta%four'five"
    private static let newToken = "sentinelDelta-of-the-next-release"
    private static let password = "sentinelGammaPassword"

    /// Parts of the values and of their encodings, none of which may be seen.
    private static var needles: [String] {
        let texts = [token, "user:\(token)", newToken, "user:\(newToken)", password]
        let encoded = texts.flatMap { text in
            (0..<3).map { offset in
                let bytes = [UInt8](repeating: 0x78, count: offset) + Array(text.utf8)
                return String(Data(bytes).base64EncodedString().dropFirst(12).prefix(16))
            }
        }
        return ["sentinelAlpha", "sentinelBeta", "sentinelDelta", "sentinelGamma", "%22one%22"] + encoded
    }

    @Test func `sentinel values appear in no output, argument list, log, record, or file but the one`() async throws {
        try await LabDroplet.with("sentinels") { droplet in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "sentinels-\(UInt32.random(in: 0...(.max)))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            // One of the values is in a file that only Compose reads.
            let file = folder.appendingPathComponent("values.env")
            try Data("DB_PASSWORD=\(Self.password)\n".utf8).write(to: file)
            let runs = Runs(droplet: droplet, environmentFile: file.path)

            let seen = try await ArgumentLists.watching(for: Self.needles) { try await Self.everything(runs) }
            #expect(seen.passes > 20, "the lists of processes were read \(seen.passes) times")
            #expect(seen.found.isEmpty, "\(seen.found)")
            try await expectCleanDroplet(droplet)
        }
    }

    /// Runs every command, and what fails on the way.
    private static func everything(_ runs: Runs) async throws {
        let project = ["--project-directory", Self.project, "--env-file", runs.environmentFile]
        let deploy = ["deploy", "--watch", "0"] + project
        try await runs(deploy + ["--version", "v1"])
        try await runs(["plan"] + project + ["--version", "v2"])
        try await runs(["plan"] + project + ["--version", "v2", "--output", "json"])
        let failing = ["API_TOKEN": Self.token, "FAULT": "1"]
        for format in ["text", "json"] {
            let output = try await runs(
                deploy + ["--version", "bad-\(format)", "--output", format], variables: failing, status: 5)
            #expect(output.contains("my token: <redacted>"), "\(output)")
            #expect(output.contains("my database: postgres://bank:<redacted>@postgres:5432/bank"), "\(output)")
        }
        let rotated = try await runs(deploy + ["--version", "v1"], variables: ["API_TOKEN": Self.newToken])
        #expect(rotated.contains("api.API_TOKEN changed") && rotated.contains("Release v1-2 serves"), "\(rotated)")
        for format in ["text", "json"] {
            for command in [["status"], ["logs"], ["releases"], ["doctor"], ["rollback", "--plan"]] {
                // Nobody tells these commands the values: they are those of releases on the droplet.
                let output = try await runs(command + ["--output", format], variables: [:])
                if command == ["logs"] { #expect(output.contains("the password is <redacted>"), "\(output)") }
            }
        }
        try await runs(["rollback"], variables: [:])
        try await runs(deploy + ["--version", "v3"], variables: ["API_TOKEN": Self.newToken])
        // This one starts the oldest release again.
        try await runs(["rollback", "--to", "v1", "--output", "json"], variables: [:])
        try await runs(["prune"], variables: [:])
        try await runs(
            deploy + [
                "--file", Self.project + "/compose.yaml", "--file", Self.project + "/refused.yaml", "--version", "v4",
            ],
            status: 2)
        try await runs(["status"], variables: ["API_TOKEN": Self.token, "DEPLOYKIT_PORT": "1"], status: 3)
        try await runs(
            deploy + ["--version", "v5"],
            variables: ["API_TOKEN": Self.token, "DEPLOYKIT_SSH_KEY": Self.token, "DEPLOYKIT_SSH_KEY_FILE": ""],
            status: 3)
    }

    private func expectCleanDroplet(_ droplet: LabDroplet) async throws {
        let files = try await search(droplet, "grep -rlF --file=- /var/lib/deploykit || :")
        #expect(!files.isEmpty)
        for file in files {
            #expect(file.hasSuffix("/env"), "\(file)")
            let mode = try await droplet.root("stat -c '%a %U' \(file)")
            #expect(mode == "600 deploy\n", "\(file): \(mode)")
        }
        // All that another user can read, wherever it is.
        let readable = try await search(
            droplet,
            """
            cat >/run/needles; chmod 644 /run/needles
            su -s /bin/sh nobody -c 'find / -xdev \\( -path /proc -o -path /sys -o -path /run/needles \\) -prune \
                -o -type f -readable -size -4M -exec grep -lF --file=/run/needles {} + 2>/dev/null' || :
            rm /run/needles
            """)
        #expect(readable.isEmpty, "\(readable)")
        let elsewhere = try await search(
            droplet,
            // Not what the engine itself keeps of running containers and of what it starts in them, which only root reads.
            """
            grep -rlF --file=- --exclude-dir=containerd --exclude='runc-process*' \
                /tmp /run /var/log /etc /home 2>/dev/null || :
            """)
        #expect(elsewhere.isEmpty, "\(elsewhere)")
        let journal = try await search(droplet, "cat >/run/needles; journalctl | grep -F --file=/run/needles || :")
        #expect(journal.isEmpty, "\(journal)")
        for service in ["site", "saas"] {
            let inspected = try await search(
                droplet,
                """
                cat >/run/needles
                docker ps --all --quiet --filter label=com.docker.compose.service=\(service) |
                    xargs docker inspect | grep -F --file=/run/needles || :
                rm /run/needles
                """)
            #expect(inspected.isEmpty, "\(service): \(inspected)")
        }
    }

    /// Runs a script on the droplet, as root, which reads the needles; and returns the lines that it prints.
    private func search(_ droplet: LabDroplet, _ script: String) async throws -> [String] {
        let command = Command(
            ["env", "-C", Lab.package, "Scripts/lab", "root", droplet.name, "sh", "-euc", script],
            input: Secret(Self.needles.joined(separator: "\n") + "\n"), deadline: .seconds(300))
        return try await LocalShell().output(of: command).split(separator: "\n").map(String.init)
    }

    /// Runs of `ci-stage` whose variables are in no argument list, and whose output has no needle.
    private struct Runs: Sendable {
        let droplet: LabDroplet
        let environmentFile: String

        @discardableResult
        func callAsFunction(
            _ arguments: [String], variables: [String: String] = ["API_TOKEN": SecretsLabTests.token], status: Int = 0
        ) async throws -> String {
            let values = droplet.settings.merging(variables) { _, new in new }.mapValues { Secret($0) }
            let result = try await LocalShell().run(
                .script(
                    #"eval "$(cat)"; exec "$@""#, droplet.command(arguments), input: EnvironmentFile.text(values),
                    deadline: .seconds(300)))
            let name = arguments.joined(separator: " ")
            let output = result.output + result.errorOutput
            #expect(result.status == status, "\(name): \(output)")
            for needle in SecretsLabTests.needles { #expect(!output.contains(needle), "\(name): \(output)") }
            return output
        }
    }
}

/// The argument lists of all processes of this machine, those in its droplets among them.
private enum ArgumentLists {
    /// Reads them over and over while `body` runs.
    ///
    /// - Returns: How often they were read, and the lists that had a needle.
    static func watching(
        for needles: [String], _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> (passes: Int, found: [String]) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "arguments-\(UInt32.random(in: 0...(.max)))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let command = Command(
            ["python3", "-c", program, folder.path], input: Secret(needles.joined(separator: "\n") + "\n\n"))
        try await LocalShell().hold(command) { lines in
            guard await lines.first(where: { $0 == "ready" }) != nil else { throw CancellationError() }
            try await body()
        }
        let lines = String(decoding: try Data(contentsOf: folder), as: UTF8.self).split(separator: "\n").map(
            String.init)
        return (lines.last.flatMap { Int($0) } ?? 0, Array(lines.dropLast()))
    }

    private static let program = #"""
        import os, sys, threading
        needles = [line.strip().encode() for line in iter(sys.stdin.readline, "\n")]
        ended = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        print("ready", flush=True)
        found, passes = set(), 0
        while not ended.is_set():
            passes += 1
            for name in os.listdir("/proc"):
                if name.isdigit():
                    try:
                        with open(f"/proc/{name}/cmdline", "rb") as file:
                            arguments = file.read()
                    except OSError:
                        continue
                    if any(needle in arguments for needle in needles):
                        found.add(repr(arguments[:2000]))
        with open(sys.argv[1], "w") as file:
            for line in sorted(found):
                print(line, file=file)
            print(passes, file=file)
        """#
}
