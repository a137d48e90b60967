import Testing

@testable import DeployKit

struct HostReadingTests {
    private func refusals(missing: String = "", haproxy: String = "", compose: String = "2.26") -> [Finding] {
        let text = "b missing\n\(missing)\nb haproxy\n\(haproxy)\nb ports\n20000-29999\nb end\n"
        let facts = HostFacts(
            docker: missing.contains("curl") ? "" : "26.1", compose: compose, haproxy: "",
            deviations: HostReading(sections: Sections(text, boundary: "b")).deviations, memoryAvailable: 1,
            memoryTotal: 1, diskFree: 1, diskTotal: 1)
        return facts.findings.filter { $0.severity == .refusal }
    }

    @Test func `a missing program is named, and not what is asked with it`() {
        #expect(refusals(missing: "curl\nsocat").map(\.subject) == ["droplet.curl", "droplet.socat"])
        #expect(refusals(missing: "flock").map(\.subject) == ["droplet.HAProxy", "droplet.flock"])
    }

    @Test func `Docker without its Compose plugin is told apart from no Docker`() {
        let plugin = refusals(compose: "").first { $0.subject == "droplet.Compose" }
        #expect(plugin?.message == "Docker is there on the droplet, and its Compose plugin is not")
        #expect(plugin?.advice == "Install the plugin there: apt-get install docker-compose")
        let both = refusals(missing: "curl", compose: "").first { $0.subject == "droplet.Compose" }
        #expect(both?.message == "Compose does not answer on the droplet")
    }

    @Test func `a HAProxy that reads another configuration, or has no master socket, is told what to write`() {
        let other = refusals(missing: "master", haproxy: "7 /usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg")
        #expect(other.map(\.subject) == [HostFacts.edgeFolder, HostFacts.edgeMaster])
        #expect(other.allSatisfy { $0.advice.contains("/etc/default/haproxy") })
        let own = "7 /usr/sbin/haproxy -Ws -f /var/lib/deploykit/edge/current -S /run/haproxy-master.sock"
        #expect(refusals(haproxy: own).map(\.subject) == ["droplet.HAProxy"])
    }

    @Test func `a HAProxy that does not run says nothing of how it is set up`() {
        #expect(refusals(missing: "master").map(\.subject) == ["droplet.HAProxy"])
    }
}
