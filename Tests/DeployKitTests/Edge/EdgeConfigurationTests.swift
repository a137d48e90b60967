import FoundationEssentials
import Testing

@testable import DeployKit

struct EdgeConfigurationTests {
    let both = [EdgeFixture.rehearsal, EdgeFixture.production]

    @Test func `renders two environments on one droplet`() throws {
        let files = try EdgeConfiguration(environments: both, hasCertificates: true).files
        #expect(files.keys.sorted() == ["00-edge.cfg", "50-shop-production-rehearsal.cfg", "50-shop-production.cfg"])
        for (name, text) in files { try EdgeFixture.expect(text, equals: "two/\(name)") }
        try EdgeFixture.expect(
            EdgeConfiguration.hosts(of: EdgeFixture.production), equals: "two/shop-production.map")
    }

    @Test func `renders an edge without environments and without a certificate`() throws {
        let files = try EdgeConfiguration(environments: [], hasCertificates: false).files
        try EdgeFixture.expect(files["00-edge.cfg"] ?? "", equals: "empty/00-edge.cfg")
    }

    @Test func `where an authority is there, only the public has to show a certificate`() throws {
        let open = try EdgeConfiguration(environments: both, hasCertificates: true)
        let closed = try EdgeConfiguration(environments: both, hasCertificates: true, hasClientAuthority: true)
        let asking = try #require(closed.files["00-edge.cfg"]).split(separator: "\n").filter { $0.contains("verify") }
        #expect(
            asking == [
                "    bind :443 ssl crt /etc/haproxy/certs/ alpn h2,http/1.1 ca-file /etc/haproxy/origin-pull.pem"
                    + " verify required"
            ])
        #expect(open.structure != closed.structure)
    }

    @Test func `renders the same whatever the order`() throws {
        let one = try EdgeConfiguration(environments: both, hasCertificates: true)
        let other = try EdgeConfiguration(environments: both.reversed(), hasCertificates: true)
        #expect(one == other)
        #expect(one.files == other.files)
    }

    @Test func `a cutover or a standby needs no reload`() throws {
        var moved = EdgeFixture.production
        moved.serving = .green
        moved.standbyIsArmed = false
        let before = try EdgeConfiguration(environments: both, hasCertificates: true)
        let after = try EdgeConfiguration(environments: [moved, EdgeFixture.rehearsal], hasCertificates: true)
        #expect(before.structure == after.structure)
        #expect(before.files["00-edge.cfg"] == after.files["00-edge.cfg"])
        #expect(before.files["50-shop-production.cfg"] != after.files["50-shop-production.cfg"])
    }

    @Test(arguments: [
        Change("a service in one slot") { $0.slots[.green]?.removeLast() },
        Change("a host") { $0.routes.append(Route("new.example.com", to: "site")) },
        Change("a limit") { $0.policy.serverTimeout = .milliseconds(1500) },
        Change("a health path") { $0.slots[.blue]?[0].healthPath = "/ready" },
        Change("a replica") { $0.slots[.blue]?[0].ports.append(20009) },
    ])
    func `another set of servers, hosts or policies needs a reload`(_ change: Change) throws {
        let changed = change.applied(to: EdgeFixture.production)
        let before = try EdgeConfiguration(environments: [EdgeFixture.production], hasCertificates: true)
        let after = try EdgeConfiguration(environments: [changed], hasCertificates: true)
        #expect(before.structure != after.structure)
    }

    @Test func `the second release with the same services needs no reload`() throws {
        let first = EdgeFixture.rehearsal
        var second = first
        second.slots[.green] = EdgeFixture.slot(.green, from: first.firstPort)
        #expect(EdgeConfiguration.structure(of: first) == EdgeConfiguration.structure(of: second))
        let common = try [first, second].map {
            try EdgeConfiguration(environments: [$0], hasCertificates: false).structure
        }
        #expect(common[0] == common[1])
    }

    @Test func `only a release that served stands by`() {
        func standby(_ change: (inout EdgeEnvironment) -> Void) -> [String] {
            var environment = EdgeFixture.production
            change(&environment)
            return EdgeConfiguration.text(of: environment).split(separator: "\n")
                .filter { $0.contains(" backup ") && !$0.hasSuffix(" disabled") }.map(String.init)
        }
        #expect(standby { $0.standbyIsArmed = false }.isEmpty)
        #expect(standby { $0.serving = nil }.isEmpty)
        #expect(standby { $0.serving = .blue }.allSatisfy { $0.contains("server green-") })
        #expect(standby { $0.serving = .green }.allSatisfy { $0.contains("server blue-") })
    }

    @Test func `a standby without one of the services takes no routes over`() {
        var environment = EdgeFixture.production
        environment.slots[.green]?.removeAll { $0.name == "api" }
        let rules = EdgeConfiguration.fallOver(of: environment)
        #expect(!rules.contains("set-var-fmt(txn.backend) shop-production:green:"))
        #expect(rules.contains("set-var-fmt(txn.backend) shop-production:blue:"))
    }

    @Test(arguments: [
        Change("host") { $0.routes = [Route("a b", to: "site")] },
        Change("rehearsal.example.com") { $0.routes = [Route("rehearsal.example.com", to: "site")] },
        Change("20500") { $0.firstPort = 20500 },
        Change("scope") { $0.scope = "shop\nglobal" },
        Change("health path") { $0.slots[.blue]?[0].healthPath = "/a\n  server x" },
        Change("trusted proxy") { $0.policy.trustedProxies = ["0.0.0.0/0 -f /etc/shadow"] },
    ])
    func `refuses what would break a line or touch another environment`(_ change: Change) {
        let bad = change.applied(to: EdgeFixture.production)
        let error = #expect(throws: DeployError.self) {
            try EdgeConfiguration(environments: [bad, EdgeFixture.rehearsal], hasCertificates: false)
        }
        #expect(error?.code == .refused)
        #expect(error?.message.contains(change.name) == true)
    }

    @Test func `quotes a health path that HAProxy would split or interpret`() {
        #expect("/health?a=b&c=%20d".edgeWord == "/health?a=b&c=%20d")
        #expect("/it's#\"x\"\\$HOME".edgeWord == #"'/it'\''s#"x"\$HOME'"#)
    }

    @Test func `a canary arms the release that serves for the new one, and not the other way round`() {
        var environment = EdgeFixture.production
        environment.standbyIsArmed = false
        environment.share = EdgeShare(percent: 10)
        let armed = EdgeConfiguration.text(of: environment).split(separator: "\n")
            .filter { $0.contains(" backup track ") && !$0.hasSuffix(" disabled") }
        #expect(!armed.isEmpty && armed.allSatisfy { $0.contains("server blue-") })
    }

    @Test func `a share and maintenance lie in the map, and need no reload`() throws {
        var environment = EdgeFixture.production
        environment.share = EdgeShare(percent: 10, isSticky: true)
        environment.maintenance = Maintenance(message: "<b>", retryAfter: 60)
        let lines = EdgeMap.text(of: environment).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.compactMap(EdgeMap.read).map(\.key) == [.share, .sticky, .page, .retry])
        #expect(EdgeMap.text(of: EdgeFixture.production) == EdgeConfiguration.hosts(of: EdgeFixture.production))
        let before = try EdgeConfiguration(environments: [EdgeFixture.production], hasCertificates: true)
        let after = try EdgeConfiguration(environments: [environment], hasCertificates: true)
        #expect(before.structure == after.structure)
        #expect(before.files["00-edge.cfg"] == after.files["00-edge.cfg"])
    }

    @Test func `a maintenance page is escaped, on one line, and short enough for the edge`() throws {
        let page = Maintenance(message: "<script>\n\"x\" & 'y' ção").page
        #expect(page.contains("&lt;script&gt; &quot;x&quot; &amp; &#39;y&#39; ção"))
        #expect(!page.contains("\n"))
        #expect(try Maintenance(html: "<p>\r\n\tone\n</p>\n").page == "<p> one </p>")
        for html in ["", String(repeating: "x", count: Maintenance.pageLimit + 1)] {
            #expect(throws: DeployError.self) { try Maintenance(html: html) }
        }
    }

    @Test func `what was told to the edge before there were canaries can be read`() throws {
        let text = try EdgeConfiguration.descriptor(of: EdgeFixture.production)
        #expect(!text.contains("share") && !text.contains("maintenance"), "the fixture has neither")
        let environment = try JSONDecoder().decode(EdgeEnvironment.self, from: Data(text.utf8))
        #expect(environment.share == nil && environment.maintenance == nil)
    }

    @Test func `reads the names it gives`() {
        for purpose in EdgeBackend.Purpose.allCases {
            let backend = EdgeBackend(scope: "a-b", slot: .green, service: "web.api_1", purpose: purpose)
            #expect(EdgeBackend(name: backend.name) == backend)
        }
        #expect(EdgeBackend(name: "edge:nobody") == nil)
        #expect(EdgeBackend(name: "edge:preview:a-b:blue") == nil)
    }

    /// A change of an environment, by name.
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout EdgeEnvironment) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout EdgeEnvironment) -> Void) {
            self.name = name
            self.change = change
        }

        var testDescription: String { name }

        func applied(to environment: EdgeEnvironment) -> EdgeEnvironment {
            var environment = environment
            change(&environment)
            return environment
        }
    }
}
