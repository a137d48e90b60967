import DeployKit
import Testing

/// The real droplet, over SSH, one effect after the other.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct ShellDropletLabTests {
    @Test func `starts, gates, moves and drains a release`() async throws {
        try await LabDroplet.withSmallApplication { droplet, shell in
            try await droplet.leased { leased in
                let application = SmallApplication()
                try await leased.stage(application.bundle())
                try await leased.startStores(SmallApplication.stores())
                try await leased.configureEdge(SmallApplication.edge())
                try await leased.start(application.id, in: .blue, services: application.services, within: .seconds(60))
                let attached = try await shell.output(
                    of: Command([
                        "docker", "network", "inspect", "--format", "{{range .Containers}}{{.Name}} {{end}}",
                        "small-lab-blue_default",
                    ]))
                #expect(attached.contains("small-lab-postgres-1"))
                #expect(attached.contains("small-lab-redis-1"))
                let resolved = try await shell.run(
                    Command(["docker", "exec", "small-lab-blue-api-1", "getent", "hosts", "postgres", "redis-alias"]))
                #expect(resolved.isSuccess, "\(resolved)")

                try await Self.waitUntilUp(leased, .blue)
                let preview = Probe(host: "api.small.test", target: "/", path: .preview(.blue), timeout: .seconds(5))
                let answer = try await leased.probe(preview)
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.detail == "api s3cr3t\n")

                let report = try await leased.cutOver(SmallApplication.edge(serving: .blue))
                #expect(report.microseconds < 1_000_000)
                let state = try await leased.observe()
                #expect(state.servingSlot == .blue)
                #expect(state.isReady(.blue))
                #expect(state.storeDigests == ["postgres": "p1", "redis": "r1"])
                #expect(SmallApplication.digest.map { state.images[$0] } == SmallApplication.image)
                #expect(try await leased.drain(.green, within: .seconds(1)).closed == 0)

                try await leased.clear(.blue)
                let left = try await shell.output(
                    of: .script(
                        "docker ps -aq --filter name=$1; docker network ls -q --filter name=$1", ["small-lab-blue"]))
                #expect(left.isEmpty)
                try await leased.remove([application.id])
                #expect(try await leased.observe().releases.isEmpty)
            }
        }
    }

    @Test func `says at once that a container ended`() async throws {
        try await LabDroplet.withSmallApplication { droplet, shell in
            try await droplet.leased { leased in
                let application = SmallApplication()
                try await leased.stage(application.bundle())
                try await leased.startStores(SmallApplication.stores())
                try await leased.configureEdge(SmallApplication.edge())
                try await leased.start(application.id, in: .blue, services: application.services, within: .seconds(60))
                try await Self.waitUntilUp(leased, .blue)
                let known = try await leased.health(of: .blue, after: nil, within: .zero)
                async let next = leased.health(of: .blue, after: known, within: .seconds(20))
                try await shell.output(of: Command(["docker", "kill", "small-lab-blue-api-1"]))
                let killed = ContinuousClock.now
                let health = try await next
                #expect(killed.duration(to: .now) < .seconds(2))
                let api = try #require(health.containers.first { $0.service == "api" })
                #expect(api.state == .exited || api.state == .restarting || health.servers.contains { !$0.isUp })
            }
            let left = try await shell.run(Command(["pgrep", "-u", "deploy", "curl"]))
            #expect(left.output.isEmpty, "a watch on the engine's events was left behind")
        }
    }

    @Test func `runs a job once for each release, and tells of one that fails`() async throws {
        try await LabDroplet.withSmallApplication { droplet, shell in
            try await droplet.leased { leased in
                try await leased.startStores(SmallApplication.stores())
                let failing = SmallApplication(name: "r1", job: "echo no such table; exit 3")
                try await leased.stage(failing.bundle())
                let error = await #expect(throws: DeployError.self) {
                    try await leased.start(failing.id, in: .blue, services: failing.services, within: .seconds(60))
                }
                #expect(error?.code == .unhealthy)
                #expect(error?.message == "the job migrate of release r1 exited with status 3")
                #expect(error?.evidence == ["no such table"])
                try await leased.clear(.blue)

                let working = SmallApplication(name: "r2", job: "echo ran >> /shared/runs")
                try await leased.stage(working.bundle())
                for slot in [Slot.blue, .green] {
                    try await leased.start(working.id, in: slot, services: working.services, within: .seconds(60))
                    try await leased.stage(working.bundle())
                }
                let runs = try await shell.output(
                    of: Command([
                        "docker", "run", "--rm", "-v", "small-lab_shared:/shared", SmallApplication.image, "cat",
                        "/shared/runs",
                    ]))
                #expect(runs == "ran\n")
                let names = try await leased.observe().containers(in: .green).map(\.service)
                #expect(names == SmallApplication.web)
            }
        }
    }

    @Test func `keeps what it is told in files that others cannot read`() async throws {
        try await LabDroplet.withSmallApplication { droplet, shell in
            try await droplet.leased { leased in
                let application = SmallApplication()
                try await leased.stage(application.bundle())
                let record = RolloutRecord(
                    action: .deploy, release: try application.id, before: nil, result: .failed, actor: "it's \"me\"",
                    milliseconds: 5, reason: "$(no) `command`")
                try await leased.record(record)
                try await leased.keep(FailureEvidence(), of: application.id)
                let state = try await leased.observe()
                #expect(state.releases.map(\.id) == [try application.id])
                #expect(state.records.map(\.reason) == ["$(no) `command`"])
                #expect(state.records.map(\.actor) == ["it's \"me\""])
                #expect(state.records.allSatisfy { $0.at > 1_700_000_000 })
                #expect(state.leaseOwner?.actor == "a test")
            }
            let folder = ShellDroplet.directory(of: SmallApplication.environment)
            let open = try await shell.output(of: Command(["find", folder, "-perm", "/o+rwx"]))
            #expect(open.isEmpty, "others can read: \(open)")
            let secret = try await shell.output(of: .script("stat -c %a $1/releases/r1/env", [folder]))
            #expect(secret == "600\n")
            #expect(try await droplet.observe().leaseOwner == nil)
        }
    }

    /// Waits until the edge finds all servers of a slot up.
    static func waitUntilUp(_ leased: any LeasedDroplet, _ slot: Slot) async throws {
        var known: SlotHealth?
        for _ in 0..<100 {
            let health = try await leased.health(of: slot, after: known, within: known == nil ? .zero : .seconds(10))
            if health.servers.count == 3, health.servers.allSatisfy(\.isUp),
                health.containers.allSatisfy({ $0.health == .healthy })
            {
                return
            }
            known = health
        }
        Issue.record("slot \(slot) did not come up: \(String(describing: known))")
    }
}
