import DeployKit
import FoundationEssentials
import Testing

/// Watch, canary and maintenance on a real droplet, under load.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct WatchLabTests {
    /// Why each lost request was lost.
    private func losses(_ report: Load.Report) -> [String: Int] {
        report.byMethod.values.reduce(into: [:]) { $0.merge($1.lostBy, uniquingKeysWith: +) }.filter { $0.value > 0 }
    }

    /// What `--output json` said of one event.
    private func event(_ name: String, in output: String) throws -> [String: Int] {
        struct Event: Decodable {
            struct Traffic: Decodable {
                var answered: Int
                var serverErrors: Int
            }
            var event: String
            var traffic: Traffic?
        }
        let events = output.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Event.self, from: Data($0.utf8))
        }
        let found = try #require(events.last { $0.event == name && $0.traffic != nil }?.traffic, "\(output)")
        return ["answered": found.answered, "serverErrors": found.serverErrors]
    }

    @Test func `a release that answers a fifth of its requests with 500 is taken back within seconds, and counted`()
        async throws
    {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                let result = try await droplet.deploy(
                    "v2", as: "bad", variables: ["FAULT": "error-rate:20", "FAULT_SERVICE": "api"],
                    options: ["--watch", "20", "--output", "json"])
                #expect(result.status == 8, "\(result.errorOutput)")
                #expect(result.errorOutput.contains("requests to api failed"), "\(result.errorOutput)")
                #expect(result.errorOutput.contains("before it was taken back"), "\(result.errorOutput)")
                let counted = try event("counted", in: result.output)
                #expect((counted["serverErrors"] ?? 0) > 0)
                #expect((counted["answered"] ?? .max) < 5000, "it was not asked for long")
                #expect(try await droplet.version() == "v1")
            }
            #expect(
                Set(losses(report).keys) == ["status5xx"], "nothing but the release's own errors was lost: \(report)")
            #expect(check.duplicates == 0)
            #expect(try await droplet.containers(in: .green).isEmpty)
        }
    }

    @Test func `a canary stops such a release at its first stage`() async throws {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                let result = try await droplet.deploy(
                    "v2", as: "bad", variables: ["FAULT": "error-rate:20", "FAULT_SERVICE": "api"],
                    options: ["--watch", "5", "--canary", "10,50", "--stage", "20"])
                #expect(result.status == 8, "\(result.errorOutput)")
                #expect(result.output.contains("✓ let 10 % of the requests reach green"), "\(result.output)")
                #expect(!result.output.contains("✓ let 50 %"))
                #expect(!result.output.contains("✓ move all routes"))
                #expect(result.errorOutput.contains("before it was taken back"), "\(result.errorOutput)")
            }
            #expect(Set(losses(report).keys) == ["status5xx"], "\(report)")
            #expect(report.lost * 20 < report.sent, "a tenth of the requests for some seconds: \(report)")
            #expect(check.duplicates == 0)
            #expect(try await droplet.status().canaryPercent == 0)
        }
    }

    @Test(.thorough) func `a good release passes its canary and its watch, and no request is lost`() async throws {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                let result = try await droplet.deploy(
                    "v2", options: ["--watch", "3", "--canary", "1,10,50", "--stage", "2", "--sticky"])
                #expect(result.isSuccess, "\(result.errorOutput)")
                #expect(result.output.contains("while it was watched"), "\(result.output)")
            }
            #expect(report.lost == 0, "\(report)")
            #expect(check.duplicates == 0 && check.missing == 0)
            #expect(try await droplet.version() == "v2")
        }
    }

    @Test func `a release whose container dies while it is watched is taken back by one change of the routes`()
        async throws
    {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                let result = try await droplet.deploy(
                    "v2", as: "bad", variables: ["FAULT": "crash-after:12", "FAULT_SERVICE": "api"],
                    options: ["--watch", "30"])
                #expect(result.status == 8, "\(result.errorOutput)")
                #expect(result.errorOutput.contains("found wanting while it was watched"), "\(result.errorOutput)")
                #expect(try await droplet.version() == "v1")
            }
            #expect(report.getsLostByTheEdge == 0, "\(report)")
            #expect(check.duplicates == 0)
        }
    }

    @Test(.thorough) func `a rollout past its deadline is taken back`() async throws {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let result = try await droplet.deploy("v2", options: ["--watch", "14", "--within", "15"])
            #expect(result.status == 13, "\(result.errorOutput)")
            #expect(try await droplet.version() == "v1")
            #expect(try await droplet.containers(in: .green).isEmpty)
            #expect(try await droplet.deploy("v2").isSuccess)
        }
    }

    @Test func `maintenance goes on and off under load, outlives a restart, and a deploy goes on behind it`()
        async throws
    {
        try await LabDroplet.with("watch") { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let before = try await droplet.root("systemctl show haproxy -p NRestarts; pgrep -c haproxy")
            let (report, check) = try await Load.on(droplet) {
                let on = try await droplet.stage(
                    "maintenance", "on", "--message", "Já <volto>", "--retry-after", "77", "--reason", "moving house")
                #expect(on.isSuccess, "\(on.errorOutput)")
                let page = try await Lab.run([
                    "curl", "-si", "-H", "Host: qa.conciliaextrato.com", "http://\(droplet.address)/",
                ]).output
                #expect(page.contains("503"))
                #expect(page.lowercased().contains("retry-after: 77"))
                #expect(page.contains("<p>Já &lt;volto&gt;</p>"), "\(page)")
                #expect(try await droplet.stage("status").output.contains("moving house"))
                #expect(try await droplet.deploy("v2").isSuccess)
                #expect(try await droplet.version() == "", "the public does not see it yet")
                let off = try await droplet.stage("maintenance", "off")
                #expect(off.isSuccess, "\(off.errorOutput)")
                #expect(try await droplet.version() == "v2")
            }
            #expect(Set(losses(report).keys).isSubset(of: ["status5xx"]), "\(report)")
            #expect(report.samples.allSatisfy { $0.version.isEmpty }, "only the edge itself said 503")
            #expect(check.duplicates == 0)
            #expect(try await droplet.root("systemctl show haproxy -p NRestarts; pgrep -c haproxy") == before)

            try #require(try await droplet.stage("maintenance", "on").isSuccess)
            try await droplet.root("systemctl restart haproxy")
            #expect(try await droplet.version() == "")
            #expect(try await droplet.stage("maintenance", "on").output.contains("already"))
            try #require(try await droplet.stage("maintenance", "off").isSuccess)
            try await droplet.untilAllDomainsAnswer("v2")
        }
    }

    @Test(.thorough) func `a visitor with a cookie stays where they came to`() async throws {
        try await LabDroplet.withSmallApplication("watch") { application in
            try await application.droplet.leased { leased in
                for (version, slot) in [("v1", Slot.blue), ("v2", .green)] {
                    let release = try await application.start(version, in: slot, on: leased)
                    var edge =
                        try await leased.observe().edge
                        ?? EdgeEnvironment(
                            scope: application.environment.scope, routes: application.environment.routes,
                            firstPort: 20000)
                    let ports = PortBlock(first: 20000).ports(for: release.services, in: slot)
                    edge.slots[slot] = release.webServices.map {
                        EdgeService(name: $0.name, healthPath: "/", ports: ports[$0.name] ?? [])
                    }
                    try await leased.configureEdge(edge)
                }
                var known: SlotHealth?
                for slot in Slot.allCases {
                    repeat {
                        known = try await leased.health(of: slot, after: known, within: .seconds(1))
                    } while known?.servers.isEmpty != false || known?.servers.allSatisfy(\.isUp) != true
                }
                var edge = try #require(try await leased.observe().edge)
                edge.serving = .blue
                _ = try await leased.cutOver(edge)
                edge.share = EdgeShare(percent: 50, isSticky: true)
                try await leased.amendEdge(edge)
            }
            // The edge tells a probe which slot answered.
            let script = """
                for draw in 0 49 50 99; do
                    for try in 1 2 3 4 5; do
                        curl -sD - -o /dev/null -b "deploykit-draw=$draw" -H 'Host: qa.conciliaextrato.com' \
                            127.0.0.1:20497/ | tr -d '\\r' | sed -n 's/^x-deploykit-slot: //p'
                    done | sort -u
                done
                curl -sD - -o /dev/null -H 'Host: qa.conciliaextrato.com' 127.0.0.1:20497/ |
                    grep -ci 'set-cookie: deploykit-draw='
                """
            let output = try await application.shell.output(of: .script(script, []))
            #expect(output.split(separator: "\n") == ["green", "green", "blue", "blue", "1"])
        }
    }
}
