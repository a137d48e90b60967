import DeployKit
import Testing

/// Releases that must never get a request, on a real droplet.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct FailingReleaseLabTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: String
        let exitCode: Int
        let evidence: [String]
        var testDescription: String { fault }
    }

    private static let cases = [
        Case(fault: "exit-at-once", exitCode: 5, evidence: ["exit status 3", "log of"]),
        Case(fault: "unhealthy-probe", exitCode: 5, evidence: ["500"]),
        Case(fault: "never-healthy", exitCode: 5, evidence: ["log of", "health check:"]),
        Case(fault: "wrong-port", exitCode: 5, evidence: ["api is down", "L4CON"]),
    ]

    @Test(arguments: Lab.cases(cases, telling: Array(cases.prefix(1))))
    func `a release that fails never gets a request, and nothing is left of it but the evidence`(
        _ test: Case
    ) async throws {
        try await LabDroplet.with { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, _) = try await Load.on(droplet, rate: 200) {
                let result = try await droplet.deploy(
                    "v2", as: "bad", variables: ["FAULT": test.fault, "FAULT_SERVICE": "api"],
                    options: ["--deadline", "8"])
                #expect(result.status == test.exitCode, "\(result.errorOutput)")
                for words in test.evidence { #expect(result.errorOutput.contains(words), "\(result.errorOutput)") }
                #expect(result.errorOutput.contains("release v1 serves"))
                #expect(result.errorOutput.contains("Next:"))
            }
            #expect(report.lost == 0)
            #expect(report.versions.map(\.version) == ["v1"])
            let status = try await droplet.status()
            #expect(status.serving?.rawValue == "v1")
            #expect(!status.releases.map(\.rawValue).contains("bad"))
            #expect(try await droplet.containers(in: .green).isEmpty)
            #expect(try await droplet.root("docker network ls --format '{{.Name}}'").contains("green") == false)
            #expect(status.lastRollout?.result == .failed)
        }
    }

    @Test func `an image that does not exist is refused before anything changes`() async throws {
        try await LabDroplet.with { droplet in
            let result = try await droplet.stage(
                "deploy", "--project-directory", Lab.package + "Examples/bankflow", "--version", "none",
                "--file", Lab.package + "Tests/LabTests/Resources/missing-image.yaml")
            #expect(result.status == 6, "\(result.errorOutput)")
            #expect(result.errorOutput.contains("bankflow-nowhere"))
            #expect(try await droplet.status().releases.isEmpty)
        }
    }
}
