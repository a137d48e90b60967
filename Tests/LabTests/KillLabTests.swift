import DeployKit
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// Kills the runner at each step of deploys with a migration, of canaries and of rollbacks, under load; and of first
/// deploys, before which there is nothing that could answer a load.
///
/// `DEPLOYKIT_KILLS` is how often, in turn at each step; without it each step has its turn once. The first kill at a
/// step is when it begins, each further one some random moments later. `DEPLOYKIT_KILL_DROPLET` names another droplet
/// of the lab.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct KillLabTests {
    private static let points = Lab.cases(KillPoint.all, telling: KillPoint.telling)
    private static let variables = ProcessInfo.processInfo.environment
    private static let turns = KillPoint.turns(
        of: variables["DEPLOYKIT_KILLS"].flatMap(Int.init) ?? points.count, at: points)
    private static let droplet = variables["DEPLOYKIT_KILL_DROPLET"] ?? "kill"

    /// The points that have a turn in a round, counted from 0.
    private static func points(in round: Int, _ isIncluded: (KillPoint) -> Bool) -> [KillPoint] {
        points.filter { isIncluded($0) && turns[$0, default: 0] > round }
    }

    @Test func `a first deploy that is killed at any step leaves no lease, and the next run converges`() async throws {
        try await MigratingBankFlow.with(Self.droplet) { bankflow in
            var number = 0
            for round in 0..<(Self.turns.values.max() ?? 0) {
                for point in Self.points(in: round, { $0.command == .first }) {
                    number += 1
                    try await bankflow.droplet.reset()
                    try await Self.kill(point, in: round, "f\(number)", bankflow)
                }
            }
        }
    }

    @Test func `a runner that is killed at any step loses nothing, leaves no lease, and the next run converges`()
        async throws
    {
        try await MigratingBankFlow.with(Self.droplet) { bankflow in
            // Enough releases that each deploy has one to prune.
            for number in 1...6 { try #require(try await bankflow.deploy("r\(number)", "--watch", "0").isSuccess) }
            var number = 6
            var killed = 0
            var sent = 0
            for round in 0..<(Self.turns.values.max() ?? 0) {
                let points = Self.points(in: round) { $0.command != .first }
                guard !points.isEmpty else { continue }
                let first = number
                number += points.count
                // One load for each round, for the client's own time is bounded.
                let (report, check) = try await Load.on(bankflow.droplet, rate: 100) {
                    for (index, point) in points.enumerated() {
                        try await Self.kill(point, in: round, "r\(first + index + 1)", bankflow)
                    }
                }
                killed += points.count
                sent += report.sent
                #expect(report.lost == 0, "\(report)")
                #expect(check.duplicates == 0)
                #expect(check.missing == 0)
                print("killed \(killed) times: \(sent) requests, \(report.lost) lost")
            }
            let again = try await bankflow.run(["audit", "verify"])
            #expect(again.isSuccess, "\(again.output)\(again.errorOutput)")
        }
    }

    /// Lets the runner of a command die at a step, and runs the same command again.
    private static func kill(
        _ point: KillPoint, in round: Int, _ release: String, _ bankflow: MigratingBankFlow
    ) async throws {
        let pause = round == 0 ? Duration.zero : .milliseconds(Int.random(in: 0...600))
        let before = try await bankflow.droplet.status()
        let (arguments, target) = try await command(of: point, release, before, bankflow)
        let isSent = Mutex(false)
        let run = StagedRun(droplet: bankflow.droplet)
        let result = try await run.run(arguments + ["--output", "json"], at: point.step, saying: point.words) {
            moment in
            if pause > .zero { try await Task.sleep(for: pause) }
            moment.send(SIGKILL)
            isSent.withLock { $0 = true }
        }
        // The step itself has to come; a random moment may come after the end of the command, which else has no other
        // reason to fail.
        #expect(isSent.withLock { $0 }, "\(point) did not come: \(result.output)\(result.errorOutput)")
        let isKilled = result.status == 128 + Int(SIGKILL)
        #expect(isKilled || pause > .zero && result.isSuccess, "\(point): \(result.output)\(result.errorOutput)")
        let place: Comment = "\(point) after \(pause), \(before.serving?.rawValue ?? "nothing") served"
        let next = try await bankflow.run(arguments)
        #expect(next.isSuccess, "\(place): \(next.output)\(next.errorOutput)")
        let status = try await bankflow.droplet.status()
        #expect(status.serving?.rawValue == target, place)
        #expect(status.leaseOwner == nil, place)
        #expect(status.canaryPercent == 0, place)
        #expect(try await bankflow.droplet.version() == target, place)
        let third = try await bankflow.run(arguments)
        #expect(third.isSuccess && third.output.contains("nothing to do"), "\(place): \(third.output)")
        print("killed: \(place)")
    }

    /// The command whose runner dies, and the release that serves at its end.
    private static func command(
        of point: KillPoint, _ release: String, _ before: StatusReport, _ bankflow: MigratingBankFlow
    ) async throws -> (arguments: [String], target: String) {
        switch point.command {
        case .first, .deploy, .canary:
            let version = "2027" + String(10_000_000_000 + (Int(release.dropFirst()) ?? 0)).dropFirst()
            try bankflow.write("\(version)_\(release).sql", "CREATE TABLE \(release) (id bigint);\n")
            try await bankflow.build(release)
            let stages = point.command == .canary ? ["--canary", "10,50", "--stage", "2"] : []
            let options = ["--watch", "2", "--wait", "60", "--checkpoint"] + stages
            return (bankflow.arguments("deploy", release, options), release)
        case .rollback:
            let plan = try await bankflow.run(["rollback", "--plan", "--output", "json"])
            let target = try JSONDecoder().decode(PlannedRelease.self, from: Data(plan.output.utf8)).release
            return (["rollback", "--to", target, "--wait", "60"], target)
        case .restart:
            let running = Set(before.slots.compactMap(\.release))
            let older = try #require(before.releases.last { !running.contains($0) }).rawValue
            return (["rollback", "--to", older, "--wait", "60"], older)
        }
    }
}

/// The release that a plan makes serve.
private struct PlannedRelease: Decodable {
    var release: String
}
