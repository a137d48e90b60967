import FoundationEssentials
import Testing

@testable import DeployKit

/// The edge alone, on a real droplet: small HTTP servers on the slots' ports stand in for the containers.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct EdgeLabTests {
    @Test(arguments: ["empty", "two"])
    func `HAProxy takes the rendered configuration`(_ golden: String) async throws {
        try await EdgeLab.with { lab in
            let folder = Lab.package + "Tests/DeployKitTests/Resources/edge/\(golden)"
            try await Lab.output(["docker", "cp", folder, "\(lab.container):/root/\(golden)"])
            try await lab.droplet.root("haproxy -c -f /root/\(golden); rm -r /root/\(golden)")
        }
    }

    @Test func `moves all routes at once, and none to a slot that is not up`() async throws {
        try await EdgeLab.with { lab in
            var environment = lab.environment
            try await lab.start(.blue)
            try await lab.edge.configure(environment)
            environment.serving = .blue
            try await lab.cutOver(environment)
            #expect(try await lab.answers() == ["blue-api", "blue-site"])
            #expect(try await lab.ask("nobody.example.com").contains("No application"))

            environment.serving = .green
            environment.standbyIsArmed = true
            let refusal = await #expect(throws: DeployError.self) { try await lab.edge.cutOver(environment) }
            #expect(refusal?.evidence.first?.contains("green-1") == true)
            #expect(try await lab.answers() == ["blue-api", "blue-site"])
            #expect(try await lab.ask("api.example.com", port: 20499).contains("503"), "the preview hides nothing")

            try await lab.start(.green)
            #expect(try await lab.ask("api.example.com", port: 20499) == "green-api")
            let report = try await lab.cutOver(environment)
            #expect(report.microseconds < 100_000)
            #expect(try await lab.answers() == ["green-api", "green-site"])
            #expect(try await lab.ask("API.example.com.:80") == "green-api")

            try await lab.droplet.root("systemctl restart haproxy")
            #expect(try await lab.answers() == ["green-api", "green-site"])
            let status = try #require(try await lab.edge.read().statuses["shop-a"])
            #expect(status.serving == .green && status.hosts == status.hostsOnDisk)
            #expect(try await lab.edge.drain(.blue, of: "shop-a", within: .seconds(1)).closed == 0)
        }
    }

    @Test func `the standby takes all routes over, and a release that boots takes none`() async throws {
        try await EdgeLab.with { lab in
            var environment = lab.environment
            environment.serving = .blue
            try await lab.start(.blue)
            try await lab.start(.green)
            try await lab.edge.configure(environment)
            try await lab.cutOver(environment)

            try await lab.stop(.blue, "api")
            async let held = lab.ask("api.example.com")
            try await lab.wait(for: .blue, isUp: false)
            #expect(try await lab.ask("www.example.com") == "blue-site", "green has not served yet")
            try await lab.start(.blue, "api")
            #expect(try await held == "blue-api", "the request waited")

            environment.standbyIsArmed = true
            try await lab.edge.configure(environment)
            try await lab.stop(.blue, "api")
            #expect(try await lab.answers() == ["green-api", "green-site"])
            try await lab.start(.blue, "api")
            try await lab.wait(for: .blue)
            #expect(try await lab.answers() == ["blue-api", "blue-site"])
        }
    }

    @Test func `a connection from before a reload is answered by the new configuration`() async throws {
        try await EdgeLab.with { lab in
            var environment = lab.environment
            environment.serving = .blue
            try await lab.start(.blue)
            try await lab.edge.configure(environment)
            try await lab.cutOver(environment)
            try await lab.droplet.root("rm -f /tmp/go; mkfifo /tmp/go")
            async let idle = lab.droplet.root(
                """
                bash -euc 'exec 3<>/dev/tcp/127.0.0.1/80
                ask() { printf "GET / HTTP/1.1\\r\\nHost: api.example.com\\r\\n\\r\\n" >&3; }
                ask; head -c 60 <&3 >/dev/null; read -r _ </tmp/go; ask; timeout 5 cat <&3'
                """)
            try await lab.start(.green)
            environment.policy.serverTimeout = .seconds(99)
            try await lab.edge.configure(environment)
            environment.serving = .green
            try await lab.cutOver(environment)
            #expect(try await lab.edge.read().formerWorkers == 1)
            try await lab.droplet.root("echo >/tmp/go")
            #expect(try await idle.hasSuffix("green-api"))
        }
    }

    @Test func `with authenticated origin pulls only who shows a certificate is answered`() async throws {
        try await EdgeLab.with { lab in
            var one = lab.environment
            one.serving = .blue
            try await lab.start(.blue)
            try await lab.droplet.root(
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=pull \
                    -keyout /run/fake-pull.key -out /run/fake-pull.pem 2>/dev/null
                install -g haproxy -m 640 /run/fake-pull.pem /etc/haproxy/origin-pull.pem
                """)
            let outcome: Result<Void, any Error>
            do {
                try await lab.edge.configure(one)
                try await lab.cutOver(one)
                let ask = "curl -sk --max-time 20 --resolve api.example.com:443:127.0.0.1 https://api.example.com/"
                #expect(
                    try await lab.droplet.root("\(ask) --cert /run/fake-pull.pem --key /run/fake-pull.key")
                        == "blue-api")
                #expect(try await lab.droplet.root("\(ask) || echo refused") == "refused\n")
                // The probes of a rollout come over SSH, and need none.
                #expect(
                    try await lab.droplet.root(
                        "curl -sk --resolve api.example.com:20496:127.0.0.1 https://api.example.com:20496/")
                        == "blue-api")
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            try await lab.droplet.root("rm /etc/haproxy/origin-pull.pem")
            try outcome.get()
        }
    }

    @Test func `two environments never touch each other`() async throws {
        try await EdgeLab.with { lab in
            var one = lab.environment
            one.serving = .blue
            try await lab.start(.blue)
            try await lab.edge.configure(one)
            try await lab.cutOver(one)
            let before = try await lab.droplet.root("cat /var/lib/deploykit/edge/current/shop-a.json")

            var other = EdgeEnvironment(
                scope: "shop-a-b", routes: [Route("other.example.com", to: "site")], firstPort: 20500,
                slots: [.blue: [EdgeService(name: "site", healthPath: "/", ports: [20001])]])
            try await lab.edge.configure(other)
            other.serving = .blue
            try await lab.wait(for: .blue, of: "shop-a-b")
            _ = try await lab.edge.cutOver(other)
            #expect(try await lab.ask("other.example.com") == "blue-site")

            var bad = other
            bad.policy.trustedProxies = ["999.0.0.1/99"]
            let refusal = await #expect(throws: DeployError.self) { try await lab.edge.configure(bad) }
            #expect(refusal?.message.contains("HAProxy refuses the configuration") == true)
            try await lab.edge.forget("shop-a-b")
            #expect(try await lab.ask("other.example.com").contains("No application"))
            #expect(try await lab.answers() == ["blue-api", "blue-site"])
            #expect(try await lab.droplet.root("cat /var/lib/deploykit/edge/current/shop-a.json") == before)
        }
    }
}

/// A droplet whose edge is tried, and what stands in for containers.
struct EdgeLab: Sendable {
    let droplet: LabDroplet
    let edge: HAProxyEdge

    var container: String { "deploykit-lab-\(droplet.name)" }

    /// An environment whose release is in both slots, and that serves nothing yet.
    var environment: EdgeEnvironment {
        let slots = Slot.allCases.map { slot in
            (slot, ["api", "site"].map { EdgeService(name: $0, healthPath: "/", ports: [Self.port($0, slot)]) })
        }
        return EdgeEnvironment(
            scope: "shop-a", routes: [Route("api.example.com", to: "api"), Route("www.example.com", to: "site")],
            firstPort: 20000, slots: Dictionary(uniqueKeysWithValues: slots))
    }

    static func with(_ body: (EdgeLab) async throws -> Void) async throws {
        try await LabDroplet.with("edge") { droplet in
            let lab = EdgeLab(
                droplet: droplet, edge: HAProxyEdge(shell: ContainerShell(container: "deploykit-lab-\(droplet.name)")))
            let result: Result<Void, any Error>
            do { result = .success(try await body(lab)) } catch { result = .failure(error) }
            try await droplet.root("for file in /run/fake-*.pid; do [ ! -e $file ] || kill -9 $(cat $file); done")
            try await droplet.root("rm -f /run/fake-*")
            try result.get()
        }
    }

    private static func port(_ service: String, _ slot: Slot) -> Int {
        20000 + (slot == .blue ? 0 : 240) + (service == "api" ? 0 : 1)
    }

    /// Starts servers that answer with their slot and name.
    func start(_ slot: Slot, _ services: String...) async throws {
        for service in services.isEmpty ? ["api", "site"] : services {
            let name = "\(slot.rawValue)-\(service)"
            try await droplet.root(
                """
                cat >/run/fake-\(name).cfg <<END
                global
                    nbthread 1
                defaults
                    mode http
                    timeout client 60s
                frontend \(name)
                    bind 127.0.0.1:\(Self.port(service, slot))
                    http-request return status 200 content-type text/plain string \(name)
                END
                haproxy -D -f /run/fake-\(name).cfg -p /run/fake-\(name).pid
                """)
        }
    }

    /// Kills a server.
    func stop(_ slot: Slot, _ service: String) async throws {
        let file = "/run/fake-\(slot.rawValue)-\(service).pid"
        try await droplet.root("kill -9 $(cat \(file)); rm \(file)")
    }

    /// Waits until the edge finds all servers of a slot up, or one of them down.
    func wait(for slot: Slot, of scope: String = "shop-a", isUp: Bool = true) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while ContinuousClock.now < deadline {
            let servers = try await edge.read().statuses[scope]?.servers(of: slot) ?? []
            if !servers.isEmpty, servers.allSatisfy(\.isUp) == isUp { return }
        }
        Issue.record("the edge does not find \(slot.rawValue) \(isUp ? "up" : "down")")
    }

    @discardableResult
    func cutOver(_ environment: EdgeEnvironment) async throws -> CutoverReport {
        if let slot = environment.serving { try await wait(for: slot) }
        return try await edge.cutOver(environment)
    }

    /// What a host answers on the droplet itself.
    func ask(_ host: String, port: Int = 80) async throws -> String {
        try await droplet.root("curl -s --max-time 20 -H 'Host: \(host)' http://127.0.0.1:\(port)/")
    }

    /// What each host answers.
    func answers() async throws -> [String] {
        [try await ask("api.example.com"), try await ask("www.example.com")]
    }
}

/// Runs commands in a lab droplet as the deploy user, without SSH.
private struct ContainerShell: Shell {
    let container: String
    var machine: String { container }

    private func inside(_ command: Command) -> Command {
        Command(
            ["docker", "exec", "--interactive", "--user", "deploy", container] + command.arguments,
            input: command.input, deadline: command.deadline)
    }

    func run(_ command: Command) async throws -> CommandResult {
        try await LocalShell().run(inside(command))
    }

    func run(
        _ command: Command, onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        try await LocalShell().run(inside(command), onLine: onLine)
    }

    func hold<Value: Sendable>(
        _ command: Command, while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        try await LocalShell().hold(inside(command), while: body)
    }
}
