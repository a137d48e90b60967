import DeployKit
import FoundationEssentials
import Glibc
import Testing

/// Kills the runner at each step of a deploy with a migration and of a rollback, under load.
///
/// `DEPLOYKIT_KILLS` is how often, in turn at each step; without it each step has its turn once. The first kill at a
/// step is when it begins, each further one some random moments later. `DEPLOYKIT_KILL_DROPLET` names another droplet
/// of the lab.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct KillLabTests {
    /// A step at which the runner dies.
    private struct Point: Hashable, CustomStringConvertible {
        var command: String
        var step: String
        var description: String { "\(command) at \(step)" }

        static let all =
            [
                "fetch-images", "stage", "migrate", "prepare-edge", "vacate", "start", "gate", "cut-over", "verify",
                "watch", "drain", "prune", "record",
            ].map { Point(command: "deploy", step: $0) }
            + ["cut-over", "verify", "drain", "record"].map { Point(command: "rollback", step: $0) }

        /// Those that tell the most: each thing that a run leaves half done.
        static let telling = all.filter {
            $0.step == "cut-over" || $0.command == "deploy" && ["migrate", "start", "record"].contains($0.step)
        }
    }

    private static let points = Lab.cases(Point.all, telling: Point.telling)
    private static let variables = ProcessInfo.processInfo.environment
    private static let kills = variables["DEPLOYKIT_KILLS"].flatMap(Int.init) ?? points.count
    private static let droplet = variables["DEPLOYKIT_KILL_DROPLET"] ?? "kill"

    @Test func `a runner that is killed at any step loses nothing, leaves no lease, and the next run converges`()
        async throws
    {
        try await MigratingBankFlow.with(Self.droplet) { bankflow in
            // Enough releases that each deploy has one to prune.
            for number in 1...6 { try #require(try await bankflow.deploy("r\(number)", "--watch", "0").isSuccess) }
            var killed: [Point: Int] = [:]
            var number = 6
            var sent = 0
            while killed.values.reduce(0, +) < Self.kills {
                let round = killed.values.max() ?? 0
                let left = Self.kills - killed.values.reduce(0, +)
                let points = Array(Self.points.prefix(left))
                let first = number
                number += points.count
                // One load for each round, for the client's own time is bounded.
                let (report, check) = try await Load.on(bankflow.droplet, rate: 100) {
                    for (index, point) in points.enumerated() {
                        let pause = round == 0 ? Duration.zero : .milliseconds(Int.random(in: 0...600))
                        try await Self.kill(point, after: pause, "r\(first + index + 1)", bankflow)
                    }
                }
                for point in points { killed[point, default: 0] += 1 }
                sent += report.sent
                #expect(report.lost == 0, "\(report)")
                #expect(check.duplicates == 0)
                #expect(check.missing == 0)
                print("killed \(killed.values.reduce(0, +)) times: \(sent) requests, \(report.lost) lost")
            }
            let again = try await bankflow.run(["audit", "verify"])
            #expect(again.isSuccess, "\(again.output)\(again.errorOutput)")
        }
    }

    /// Lets the runner of a command die at a step, and runs the same command again.
    private static func kill(
        _ point: Point, after pause: Duration, _ release: String, _ bankflow: MigratingBankFlow
    ) async throws {
        let serving = try await bankflow.droplet.status().serving?.rawValue ?? ""
        var target = release
        var arguments: [String]
        if point.command == "deploy" {
            let version = "2027" + String(10_000_000_000 + (Int(release.dropFirst()) ?? 0)).dropFirst()
            try bankflow.write("\(version)_\(release).sql", "CREATE TABLE \(release) (id bigint);\n")
            try await bankflow.build(release)
            arguments = bankflow.arguments("deploy", release, ["--watch", "2", "--wait", "60"])
        } else {
            let before = try await bankflow.run(["rollback", "--plan", "--output", "json"])
            target = try JSONDecoder().decode(PlannedRelease.self, from: Data(before.output.utf8)).release
            arguments = ["rollback", "--to", target, "--wait", "60"]
        }
        var isKilled = false
        let run = StagedRun(droplet: bankflow.droplet)
        let result = try await run.run(arguments + ["--output", "json"], at: point.step) { moment in
            if pause > .zero { try await Task.sleep(for: pause) }
            moment.send(SIGKILL)
        }
        isKilled = !result.isSuccess
        // A random moment may come after the end of the command; the step itself has to come.
        if pause == .zero { #expect(isKilled, "\(point): \(result.output)") }
        let next = try await bankflow.run(arguments)
        #expect(next.isSuccess, "\(point) after \(pause), \(serving) served: \(next.output)\(next.errorOutput)")
        let status = try await bankflow.droplet.status()
        #expect(status.serving?.rawValue == target, "\(point) after \(pause)")
        #expect(status.leaseOwner == nil, "\(point) after \(pause)")
        #expect(try await bankflow.droplet.version() == target, "\(point) after \(pause)")
        let third = try await bankflow.run(arguments)
        #expect(third.isSuccess && third.output.contains("nothing to do"), "\(point): \(third.output)")
    }
}

/// The release that a plan makes serve.
private struct PlannedRelease: Decodable {
    var release: String
}
