import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

/// Sentinel values on their way through every command and every failure: none may be seen anywhere but in the one file.
struct SecretLeakTests {
    /// A value of two lines, with all that is escaped somewhere.
    private static let sentinel = "sentinel \"one\" 'two' a/b+c&d$e%f\nsecond-line-sentinel"
    private let run = CommandRun(values: ["api.PASSWORD": Secret(Self.sentinel)])

    /// What a container prints that has the value.
    private static func printed(_ secret: String) -> [String] {
        let data = Data(secret.utf8)
        return secret.split(separator: "\n").map { "in two lines: \($0)" } + [
            "base64 \(data.base64EncodedString())",
            "basic \(Data("user:\(secret)".utf8).base64EncodedString())",
            "query \(percent(secret))",
            "json \(JSONValue.string(secret).compactText)",
        ]
    }

    private static func percent(_ text: String) -> String {
        text.utf8.map { byte in
            let letter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let digits = String(byte, radix: 16, uppercase: true)
            return letter ? String(UnicodeScalar(byte)) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }.joined()
    }

    /// Fails where a text has the value or a good part of one of its encodings.
    private func expectClean(_ text: String, _ place: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let value = Data(Self.sentinel.utf8).base64EncodedString().dropFirst(8).dropLast(8)
        let login = Data("user:\(Self.sentinel)".utf8).base64EncodedString().dropFirst(12).dropLast(8)
        for needle in ["sentinel", "%22one%22", String(value), String(login)] {
            #expect(!text.contains(needle), "\(place): \(text)", sourceLocation: sourceLocation)
        }
    }

    /// Fails where anything but the staged file has the value.
    private func expectClean(after command: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        expectClean(run.output, "standard output of \(command)", sourceLocation: sourceLocation)
        expectClean(run.errors, "standard error of \(command)", sourceLocation: sourceLocation)
        expectClean("\(run.droplet.evidence)", "evidence after \(command)", sourceLocation: sourceLocation)
        let records = try await run.droplet.forAnotherRunner().observe().records
        expectClean("\(records)", "records after \(command)", sourceLocation: sourceLocation)
        expectClean("\(run.notifier.notifications)", "alerts of \(command)", sourceLocation: sourceLocation)
    }

    @Test(arguments: ["text", "json"])
    func `no command shows what containers print of it`(_ format: String) async throws {
        run.droplet.setBehaviour(of: "api", to: .healthy().printing(Self.printed(Self.sentinel)))
        run.droplet.setBehaviour(of: "postgres", to: .healthy().printing(Self.printed(Self.sentinel)))
        for arguments in [
            ["plan", "--version", "v1"], ["deploy", "--version", "v1"], ["deploy", "--version", "v2"], ["logs"],
            ["logs", "postgres"], ["status"], ["releases"], ["doctor"], ["rollback", "--plan"], ["rollback"], ["prune"],
        ] {
            #expect(await run(arguments + ["--output", format]) == 0, "\(arguments): \(run.errors)")
            if arguments == ["logs"] { #expect(run.output.contains(Redactor.mark)) }
            try await expectClean(after: arguments.joined(separator: " "))
        }
    }

    @Test(arguments: ["text", "json"])
    func `no failure of a release shows it`(_ format: String) async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        for (index, line) in Self.printed(Self.sentinel).enumerated() {
            let version = "bad\(index)"
            run.droplet.setBehaviour(of: "api", in: version, to: .exits(3, printing: line))
            #expect(await run("deploy", "--version", version, "--output", format) == 5)
            #expect((run.output + run.errors).contains(Redactor.mark), "\(line): \(run.errors)")
            try await expectClean(after: "a deploy whose release prints \(line)")
        }
        #expect("\(run.droplet.evidence)".contains(Redactor.mark))
    }

    /// Not the reading of the secrets itself, whose errors have no evidence.
    @Test(arguments: FakeCall.allCases.filter { $0 != .secrets })
    func `no failure of a command on the droplet shows it`(_ call: FakeCall) async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        for line in Self.printed(Self.sentinel) {
            let fault = FakeFault.fails(DeployError(.droplet, line, evidence: [line], next: line))
            run.droplet.inject(fault, at: .next(call))
            _ = await run("deploy", "--version", "v2")
            try await expectClean(after: "a deploy where \(call) fails with \(line)")
            run.droplet.inject(fault, at: .next(call))
            _ = await run("rollback", "--output", "json")
            try await expectClean(after: "a rollback where \(call) fails with \(line)")
        }
    }

    @Test func `a rollback does not show the value of the older release, which nobody told it`() async throws {
        let old = CommandRun(run.droplet, values: ["api.PASSWORD": Secret("sentinel-of-the-past")])
        #expect(await old("deploy", "--version", "v1") == 0)
        #expect(await run("deploy", "--version", "v2") == 0)
        #expect(await run("deploy", "--version", "v3") == 0)
        run.droplet.setBehaviour(
            of: "api", in: "v1",
            to: .exits(3, printing: "it was \(Data("sentinel-of-the-past".utf8).base64EncodedString())"))
        let nobody = CommandRun(run.droplet, values: [:])
        #expect(await nobody("rollback", "--to", "v1") == 5)
        #expect(nobody.errors.contains("it was <redacted>"), "\(nobody.errors)")
        #expect("\(run.droplet.evidence)".contains("it was <redacted>"))
    }

    @Test func `a variable of the process that is a secret by its name is not shown either`() async throws {
        run.droplet.setBehaviour(of: "api", to: .exits(3, printing: "the token is sentinel-token"))
        let code = await run("deploy", "--version", "v1", variables: ["USER": "ana", "GH_TOKEN": "sentinel-token"])
        #expect(code == 5)
        try await expectClean(after: "deploy")
    }

    @Test func `another value with the same images is another release`() async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        let rotated = CommandRun(run.droplet, values: ["api.PASSWORD": Secret("sentinel-that-is-new")])
        #expect(await rotated("plan", "--version", "v1") == 0)
        #expect(rotated.output.contains("environment: api.PASSWORD changed"))
        #expect(await rotated("deploy", "--version", "v1") == 0)
        #expect(rotated.output.contains("Release v1-2 serves"))
        #expect(await rotated("deploy", "--version", "v1") == 0)
        #expect(rotated.output.contains("nothing to do"))
    }
}
