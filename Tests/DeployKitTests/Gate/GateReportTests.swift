import Foundation
import Testing

@testable import DeployKit

struct GateReportTests {
    static let results = [
        GateResult(of: Gate("format", title: "Formatting", runs: .command([])), .passed, took: .milliseconds(1204)),
        GateResult(
            of: Gate("lint", title: "Lint <strict>", runs: .command([])), .failed, reason: "1 finding",
            took: .milliseconds(50),
            findings: [
                GateFinding(
                    file: "web/src/a b.rs", line: 3, column: 5, rule: "clippy::x", "\"a\" & <b>\u{1b}[0m\n'c' ]]>"),
                GateFinding(.warning, file: "web/src/b.rs", rule: "unused", "never used"),
            ], tail: ["a < b", "\u{0}"]),
        GateResult(
            of: Gate("deny", title: "Dependencies", kind: .security, runs: .command([]), anchor: "Cargo.lock"),
            .toolMissing, reason: "cargo-deny is not installed"),
        GateResult(of: Gate("images", title: "Images", runs: .images), .skipped, reason: "no scanner"),
    ]

    @Test func `JUnit has a suite a gate and a case a finding, and is XML whatever was printed`() throws {
        let text = JUnitReport.render(Self.results, name: "bankflow-staging")
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="bankflow-staging" tests="4" failures="2" errors="0" time="1.254">
                  <testsuite name="Formatting" tests="1" failures="0" errors="0" skipped="0" time="1.204">
                    <testcase classname="format" name="Formatting" time="1.204"/>
                  </testsuite>
                  <testsuite name="Lint &lt;strict&gt;" tests="1" failures="1" errors="0" skipped="0" time="0.050">
                    <testcase classname="lint" name="web/src/a b.rs:3:5 clippy::x" file="web/src/a b.rs" line="3">
                      <failure type="clippy::x" message="&quot;a&quot; &amp; &lt;b&gt;\u{fffd}[0m&#10;&apos;c&apos; ]]&gt;">web/src/a b.rs:3:5 &quot;a&quot; &amp; &lt;b&gt;\u{fffd}[0m&#10;&apos;c&apos; ]]&gt;</failure>
                    </testcase>
                    <system-out>a &lt; b&#10;\u{fffd}</system-out>
                  </testsuite>
                  <testsuite name="Dependencies" tests="1" failures="1" errors="0" skipped="0" time="0.000">
                    <testcase classname="deny" name="toolMissing">
                      <failure type="toolMissing" message="cargo-deny is not installed">cargo-deny is not installed</failure>
                    </testcase>
                  </testsuite>
                  <testsuite name="Images" tests="1" failures="0" errors="0" skipped="1" time="0.000">
                    <testcase classname="images" name="Images" time="0.000">
                      <skipped message="no scanner"/>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test func `SARIF has one run, a place for each result, and paths from the repository's root`() throws {
        let document = try JSONValue(parsing: SARIFReport.render(Self.results, prefix: "Examples/bankflow/"))
        #expect(document["version"]?.string == "2.1.0")
        let run = try #require(document["runs"]?.elements.first)
        #expect(document["runs"]?.elements.count == 1)
        let rules = run["tool"]?["driver"]?["rules"]?.elements.compactMap { $0["id"]?.string } ?? []
        #expect(rules == ["deny/toolMissing", "lint/clippy::x", "lint/unused"])
        let found = run["results"]?.elements ?? []
        #expect(found.map { $0["level"]?.string } == ["error", "warning", "error"])
        #expect(
            found.compactMap { $0["ruleIndex"]?.integer.map { rules[$0] } } == found.compactMap { $0["ruleId"]?.string }
        )
        let places = found.compactMap { $0["locations"]?.elements.first?["physicalLocation"] }
        #expect(
            places.map { $0["artifactLocation"]?["uri"]?.string } == [
                "Examples/bankflow/web/src/a%20b.rs", "Examples/bankflow/web/src/b.rs", "Examples/bankflow/Cargo.lock",
            ])
        #expect(places.map { $0["region"]?["startLine"]?.integer } == [3, 1, 1])
        #expect(places.first?["region"]?["startColumn"]?.integer == 5)
    }

    @Test func `nothing found is a valid document of both`() throws {
        let passed = [GateReportTests.results[0]]
        #expect(JUnitReport.render(passed, name: "a").contains("failures=\"0\""))
        #expect(try JSONValue(parsing: SARIFReport.render(passed))["runs"]?.elements.first?["results"] == .array([]))
    }
}
