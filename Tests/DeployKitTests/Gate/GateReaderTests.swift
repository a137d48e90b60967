import Foundation
import Testing

@testable import DeployKit

/// What real programs printed, in `Resources/gate`, and what is read out of it.
struct GateReaderTests {
    static func sample(_ name: String) throws -> String {
        let file = try #require(
            Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Resources/gate"))
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `cargo fmt names the file and the first line that it would change, without colours`() throws {
        let findings = GateReader.cargoFormat.findings(in: try Self.sample("fmt.txt"))
        #expect(
            findings == [
                GateFinding(
                    file: "/home/ana/bankflow/web/src/json.rs", line: 31, rule: "rustfmt",
                    "cargo fmt would write: pub fn ugly() {}")
            ])
    }

    @Test func `cargo fmt says where a file cannot be parsed, and older versions wrote places otherwise`() {
        let findings = GateReader.cargoFormat.findings(in: "error: expected `;`\nDiff in /a/b.rs at line 3:\n+x\n")
        #expect(findings.map(\.message) == ["error: expected `;`", "cargo fmt would write: x"])
        #expect(findings.map(\.place) == ["", "/a/b.rs:3"])
    }

    @Test func `clippy's findings have their rule and place, each once for all targets`() throws {
        let findings = GateReader.clippy.findings(in: try Self.sample("clippy.txt"))
        #expect(
            findings == [
                GateFinding(
                    file: "web/src/json.rs", line: 34, column: 5, rule: "clippy::needless_return",
                    "unneeded `return` statement")
            ])
    }

    @Test func `what cargo itself says is a finding, a warning is none that fails, and broken JSON is passed over`() {
        let warning =
            #"{"reason":"compiler-message","message":{"message":"unused","level":"warning","code":null,"#
            + #""spans":[{"is_primary":true,"file_name":"a.rs","line_start":1,"column_start":2}]}}"#
        let findings = GateReader.clippy.findings(
            in: "error: the lock file needs to be updated\nerror: could not compile `a`\n\(warning)\n{\"reason\":\"comp"
        )
        #expect(findings.map(\.severity) == [.error, .warning])
        #expect(findings.map(\.message) == ["the lock file needs to be updated", "unused"])
    }

    @Test func `cargo test names the tests that failed, where they panicked, and what they said`() throws {
        let findings = GateReader.cargoTest.findings(in: try Self.sample("test.txt"))
        #expect(findings.count == 2)
        #expect(findings.first?.message == #"json::failing::is_an_error failed: Error: "no luck""#)
        let panic = try #require(findings.last)
        #expect(panic.place == "web/src/json.rs:41:9")
        #expect(
            panic.message
                == "json::failing::adds_up failed: assertion `left == right` failed: the sum of one and one is wrong; "
                + "left: 2; right: 3")
    }

    @Test func `tests that do not compile are findings at their place, each once`() {
        let output = """
            error[E0425]: cannot find value `x` in this scope
              --> api/src/main.rs:3:5
               |
            error: could not compile `api` (bin "api" test) due to 1 previous error

            """
        let findings = GateReader.cargoTest.findings(in: output + output)
        #expect(findings.map(\.place) == ["api/src/main.rs:3:5"])
        #expect(findings.map(\.message) == ["cannot find value `x` in this scope"])
    }

    @Test func `cargo deny names the crate, with its advisory or the reason; what is accepted is a warning`() throws {
        let findings = GateReader.cargoDeny.findings(in: try Self.sample("deny.txt"))
        let errors = findings.filter { $0.severity == .error }
        #expect(errors.map(\.rule) == ["banned", "vulnerability"])
        #expect(
            errors[0].message
                == "crate 'leftpad-unsafe = 0.1.0' is explicitly banned; leftpad-unsafe 0.1.0, which site wants")
        #expect(
            errors[1].message
                == "Pads past the end of its buffer; RUSTSEC-2026-0001; leftpad-unsafe 0.1.0, which site wants")
        #expect(findings.count == 4)
    }

    @Test func `what cargo deny could not do is a finding`() {
        let line =
            #"{"fields":{"level":"ERROR","message":"failed to fetch advisory database","timestamp":""},"type":"log"}"#
        #expect(GateReader.cargoDeny.findings(in: line).map(\.message) == ["failed to fetch advisory database"])
    }

    @Test func `cargo audit's vulnerabilities fail, its warnings do not`() {
        let report = #"""
            Fetching advisory database
            {"vulnerabilities":{"found":true,"count":1,"list":[{"advisory":{"id":"RUSTSEC-2020-0071","title":"Segfault"},
            "versions":{"patched":[">=0.2.23"]},"package":{"name":"time","version":"0.1.42"}}]},
            "warnings":{"yanked":[{"kind":"yanked","package":{"name":"old","version":"1.0.0"},"advisory":null}]}}
            """#
        let findings = GateReader.cargoAudit.findings(in: report)
        #expect(findings.map(\.severity) == [.error, .warning])
        #expect(findings.map(\.rule) == ["RUSTSEC-2020-0071", "yanked"])
        #expect(findings.first?.message == "time 0.1.42: Segfault; mended in >=0.2.23")
    }

    @Test func `detect-secrets' findings are those that the baseline does not know, or knows to be real`() throws {
        func entry(_ hash: String, _ line: Int, real: Bool? = nil) -> JSONValue {
            var entry: [String: JSONValue] = [
                "filename": "a.rs", "hashed_secret": .string(hash), "line_number": .integer(line),
                "type": "AWS Access Key",
            ]
            entry["is_secret"] = real.map { .bool($0) }
            return .object(entry)
        }
        let report: JSONValue = ["results": ["a.rs": [entry("1", 3), entry("2", 5), entry("3", 7)]]]
        let baseline: JSONValue = ["results": ["a.rs": [entry("1", 1), entry("2", 1, real: true)]]]
        #expect(SecretScan.detectSecrets(report, baseline: baseline).map(\.place) == ["a.rs:5", "a.rs:7"])
        #expect(SecretScan.detectSecrets(report, baseline: nil).count == 3)
    }

    @Test func `gitleaks' findings have their place and rule`() {
        let report: JSONValue = [
            ["File": "./a.rs", "StartLine": 3, "StartColumn": 9, "RuleID": "aws-access-token", "Description": "AWS"]
        ]
        #expect(SecretScan.gitleaks(report).map(\.place) == ["a.rs:3:9"])
    }

    @Test func `only what is high and can be mended is found in an image`() {
        let trivy: JSONValue = [
            "Results": [
                [
                    "Vulnerabilities": [
                        [
                            "VulnerabilityID": "CVE-1", "PkgName": "libc", "InstalledVersion": "1", "FixedVersion": "2",
                            "Severity": "HIGH",
                        ]
                    ]
                ]
            ]
        ]
        #expect(ImageScan.trivy(trivy, of: "api").map(\.message) == ["api: libc 1, high, mended in 2"])
        let grype: JSONValue = [
            "matches": [
                ["vulnerability": ["id": "CVE-2", "severity": "Low"], "artifact": ["name": "a", "version": "1"]],
                [
                    "vulnerability": ["id": "CVE-1", "severity": "Critical", "fix": ["versions": ["2"]]],
                    "artifact": ["name": "libc", "version": "1"],
                ],
            ]
        ]
        #expect(ImageScan.grype(grype, of: "api").map(\.message) == ["api: libc 1, critical, mended in 2"])
    }
}
