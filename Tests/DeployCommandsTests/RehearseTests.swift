import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

@testable import DeployCommands

/// `rehearse`, on a droplet that is made up and on one that was observed.
struct RehearseTests {
    let run = CommandRun()

    @Test func `without a droplet a deploy is rehearsed on one that is made up`() async {
        #expect(await run("rehearse") == 0)
        #expect(run.output.contains("on a droplet that is made up"))
        #expect(run.output.contains("none loses a request"))
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(run.output)")
    }

    @Test func `every step is there with what serves, what is taken back and what comes next`() async throws {
        #expect(await run("rehearse", "--output", "json") == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.isSafe)
        #expect(Set(report.failures.map(\.step)) == Set(report.timeline.map(\.step)))
        #expect(report.failures.count == report.timeline.count * 6)
        let cutover = report.failures.filter { $0.step == "cut-over" }
        #expect(cutover.first { $0.accident == "diesBefore" }?.serving == "v1")
        #expect(cutover.first { $0.accident == "diesAfter" }?.serving == "v2")
        #expect(cutover.first { $0.accident == "fails" }?.undone.first == "cut-over")
        #expect(report.failures.allSatisfy { !$0.losesRequests && $0.servingAfterNext == "v2" })
        #expect(report.failures.allSatisfy { ($0.exitCode == nil) == $0.accident.hasPrefix("dies") })
    }

    @Test func `the page in Markdown has both tables`() async {
        #expect(await run("rehearse", "--output", "markdown") == 0)
        #expect(run.output.hasPrefix("# Rehearsal: release v2"))
        #expect(run.output.contains("| At | Step | Serves then |"))
        #expect(run.output.contains("| Step | If it or its runner |"))
    }

    @Test func `a droplet that is there is observed, rehearsed on, and left as it was`() async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        let before = run.droplet.effects
        #expect(await run("rehearse", "--version", "v7", variables: ["DEPLOYKIT_HOST": "10.0.0.1"]) == 0)
        #expect(run.output.contains("as the real one is now"))
        #expect(run.output.contains("release v7"))
        #expect(run.output.contains("after v1"))
        #expect(run.output.contains("none loses a request"))
        #expect(run.droplet.effects == before)
        #expect(!run.output.contains("sentinel-of-a-secret"))
    }

    @Test func `what serves already has nothing to rehearse`() async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(await run("rehearse", "--version", "v1", variables: ["DEPLOYKIT_HOST": "10.0.0.1"]) == 0)
        #expect(run.output.contains("nothing to do"))
    }
}

private struct Report: Decodable {
    var isSafe: Bool
    var timeline: [Moment]
    var failures: [Failure]

    struct Moment: Decodable { var step: String }

    struct Failure: Decodable {
        var step: String
        var accident: String
        var serving: String?
        var undone: [String]
        var exitCode: Int32?
        var losesRequests: Bool
        var servingAfterNext: String?
    }
}
