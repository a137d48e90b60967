import DeployKit
import DeployKitTesting
import Testing

/// The real droplet, over SSH: what every droplet does, and what only a real one can show.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct ShellDropletLabTests {
    @Test(arguments: Lab.third(of: DropletContract.checks))
    func `a real droplet keeps the contract`(check: DropletContract.Check) async throws {
        try await LabDroplet.withSmallApplication { application in
            try await check.run(application.droplet, application)
        }
    }

    @Test func `a release finds the stores by their names from its first moment`() async throws {
        try await LabDroplet.withSmallApplication { application in
            try await application.droplet.leased { leased in
                _ = try await application.start("v1", in: .blue, on: leased)
                for name in ["postgres", "database"] {
                    let found = try await application.shell.run(
                        Command(["docker", "exec", "small-staging-blue-api-1", "getent", "hosts", name]))
                    #expect(found.isSuccess, "\(name): \(found)")
                }
            }
        }
    }

    @Test func `a job runs once for a release, in whichever slots that starts`() async throws {
        try await LabDroplet.withSmallApplication { application in
            try await application.droplet.leased { leased in
                let release = try await application.start("v1", in: .blue, on: leased)
                _ = try await application.start("v1", in: .green, on: leased)
                let runs = try await application.shell.output(
                    of: Command([
                        "docker", "exec", "small-staging-postgres-1", "cat", "/shared/runs-\(release.id)",
                    ]))
                #expect(runs == "migrate\n")
                let services = try await leased.observe().containers(in: .green).map(\.service)
                #expect(services == ["api", "site", "worker"])
            }
        }
    }

    @Test func `says at once that a container ended, and leaves no watch behind`() async throws {
        try await LabDroplet.withSmallApplication { application in
            try await application.droplet.leased { leased in
                _ = try await application.start("v1", in: .blue, on: leased)
                var known = try await leased.health(of: .blue, after: nil, within: .zero)
                while !known.containers.allSatisfy({ $0.service == "migrate" || $0.health != .starting }) {
                    known = try await leased.health(of: .blue, after: known, within: .seconds(10))
                }
                let settled = known
                let patience = Duration.seconds(60)
                async let next = leased.health(of: .blue, after: settled, within: patience)
                try await application.shell.output(of: Command(["docker", "kill", "small-staging-blue-worker-1"]))
                let killed = ContinuousClock.now
                let health = try await next
                #expect(killed.duration(to: .now) < patience, "it did not wait for the end of its patience")
                #expect(health != settled)
            }
            let left = try await application.shell.run(Command(["pgrep", "-u", "deploy", "-x", "curl"]))
            #expect(left.output.isEmpty, "a watch on the engine's events was left behind")
        }
    }

    @Test func `what it writes is not for others to read`() async throws {
        try await LabDroplet.withSmallApplication { application in
            try await application.droplet.leased { leased in
                let release = try await application.start("v1", in: .blue, on: leased)
                try await leased.record(
                    RolloutRecord(
                        action: .deploy, release: release.id, before: nil, result: .failed, actor: "it's \"me\"",
                        milliseconds: 5, reason: "$(no) `command`"))
                try await leased.keep(FailureEvidence(), of: release.id)
                #expect(try await leased.observe().records.map(\.reason) == ["$(no) `command`"])
            }
            let folder = ShellDroplet.directory(of: application.environment)
            let open = try await application.shell.output(of: Command(["find", folder, "-perm", "/o+rwx"]))
            #expect(open.isEmpty, "others can read: \(open)")
            let secret = try await application.shell.output(
                of: Command(["stat", "-c", "%a", "\(folder)/releases/v1/env"]))
            #expect(secret == "600\n")
            let processes = try await application.shell.output(of: Command(["ps", "-eo", "args"]))
            #expect(!processes.contains("s3cr3t"))
        }
    }
}

extension SmallApplication {
    /// Stages a release and starts it in a slot, with the store.
    func start(_ version: String, in slot: Slot, on leased: any LeasedDroplet) async throws -> Release {
        let release = try await release(version)
        let references = try await leased.fetch(Array(release.images.values))
        try await leased.stage(bundle(of: release, references: references, ports: PortBlock(first: 20000)))
        try await leased.startStores(stores())
        try await leased.start(
            release.id, in: slot, services: release.services.map(\.name), within: .seconds(120))
        return release
    }
}
