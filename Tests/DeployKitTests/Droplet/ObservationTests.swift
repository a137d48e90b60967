import Foundation
import Testing

@testable import DeployKit

/// Reads what a droplet of the lab once printed: a release on standby of which a container was killed, and one that
/// serves.
struct ObservationTests {
    private func state(without part: String? = nil) throws -> DropletState {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Resources/observation.txt")
        var text = try String(contentsOf: file, encoding: .utf8)
        if let part {
            text = text.replacing("B0UNDARY \(part)\n", with: "B0UNDARY nothing\n")
        }
        return Observation(text, boundary: "B0UNDARY").state(of: "small-staging")
    }

    @Test func `reads what the droplet is`() throws {
        let host = try state().host
        #expect(host.docker == "26.1.5")
        #expect(host.compose == "2.26.1")
        #expect(host.haproxy == "3.0.11")
        #expect(host.deviations == [])
        #expect(host.hasCertificates)
        #expect(host.memoryTotal > host.memoryAvailable && host.memoryAvailable > 1 << 30)
        #expect(host.diskTotal > host.diskFree && host.diskFree > 1 << 30)
    }

    @Test func `reads containers with their states, slots and memory`() throws {
        let state = try state()
        #expect(state.stores.map(\.name) == ["small-staging-postgres-1"])
        #expect(state.containers(in: .green).map(\.service) == ["api", "migrate", "site", "worker"])
        let killed = try #require(state.containers(in: .blue).first { $0.service == "api" })
        #expect(killed.state == .exited)
        #expect(killed.exitStatus == 137)
        #expect(killed.release?.rawValue == "v1")
        let serving = try #require(state.containers(in: .green).first { $0.service == "api" })
        #expect(serving.state == .running)
        #expect(serving.health == .healthy)
        #expect(serving.memory > 100_000)
        #expect(killed.memory == 0)
    }

    @Test func `reads releases, their images, the stores and the edge`() throws {
        let state = try state()
        #expect(state.releases.map(\.id.rawValue) == ["v1", "v2"])
        #expect(state.images.count == 5)
        #expect(state.storeDigests == ["postgres": "p1"])
        #expect(state.storeSalt == "salt")
        #expect(state.servingSlot == .green)
        #expect(state.servingRelease?.id.rawValue == "v2")
        #expect(state.edge?.standbyIsArmed == true)
        #expect(state.isReady(.green))
        #expect(!state.isReady(.blue))
        #expect(state.neighbours == [])
    }

    @Test func `reads records in their order and leaves out one that was cut off`() throws {
        let records = try state().records
        #expect(records.map(\.release.rawValue) == ["v1", "v2"])
        #expect(records.allSatisfy { $0.at > 1_700_000_000 && $0.actor == "ada" })
    }

    @Test func `reads who holds the lease, and since when`() throws {
        let owner = try #require(try state().leaseOwner)
        #expect(owner.actor == "a test")
        #expect(owner.since > 1_700_000_000)
        #expect(try state(without: "owner").leaseOwner == nil)
    }

    @Test func `takes a Docker that does not answer for a fact`() throws {
        let state = try state(without: "engine")
        #expect(state.host.docker.isEmpty)
        #expect(state.host.findings.contains { $0.severity == .refusal && $0.subject == "droplet.Docker" })
    }

    @Test func `takes an empty droplet for empty`() {
        let state = Observation("", boundary: "B").state(of: "small-staging")
        #expect(state.containers.isEmpty && state.releases.isEmpty && state.records.isEmpty)
        #expect(state.host.docker.isEmpty && state.host.compose.isEmpty && state.host.haproxy.isEmpty)
        #expect(state.edge == nil)
    }

    @Test(arguments: [
        ("daemon", "/etc/docker/daemon.json"), ("ports", "net.ipv4.ip_local_reserved_ports"), ("sshd", "sshd"),
    ])
    func `names a setting that is not as it should be, and what to do`(part: String, subject: String) throws {
        let deviations = try state(without: part).host.deviations
        #expect(deviations.map(\.subject) == [subject])
        #expect(deviations.allSatisfy { !$0.advice.isEmpty })
    }

    @Test func `takes sshd's first word, in whatever way it is written`() {
        func findings(_ text: String) -> [String] {
            HostReading(sections: Sections("B ports\n20000-29999\nB sshd\n\(text)\n", boundary: "B")).deviations
                .map(\.subject)
        }
        #expect(findings("clientaliveinterval\t5") == [])
        #expect(findings("ClientAliveInterval=5\nClientAliveInterval 0") == [])
        #expect(findings("ClientAliveInterval 0\nClientAliveInterval 5") == ["sshd"])
        #expect(findings("ClientAliveCountMax 3") == ["sshd"])
        #expect(findings("ClientAliveInterval 5\nAllowTcpForwarding no") == ["sshd"])
        #expect(findings("ClientAliveInterval 5\nAllowTcpForwarding local\nAllowTcpForwarding no") == [])
    }

    @Test func `sees a folder that the deploy user cannot write to`() throws {
        let text = "B ports\n20000-29999\nB sshd\nClientAliveInterval 5\nB closed\n/var/lib/deploykit\n"
        let deviations = HostReading(sections: Sections(text, boundary: "B")).deviations
        #expect(deviations.map(\.severity) == [.refusal])
        #expect(deviations.first?.message.contains("cannot write to /var/lib/deploykit") == true)
    }

    @Test func `sees a deploy user without the groups that it needs`() {
        let text = "B ports\n1000-1001,20000-29999\nB sshd\nClientAliveInterval 5\nB groups\ndeploy docker\n"
        let deviations = HostReading(sections: Sections(text, boundary: "B")).deviations
        #expect(deviations.map(\.subject) == ["groups"])
        #expect(deviations.first?.message.contains("haproxy") == true)
    }

    @Test func `reads back the names of images that it wrote`() throws {
        let digest = try #require(Digest("sha256:" + String(repeating: "a", count: 64)))
        let references = ImageReferences([digest: "127.0.0.1:5000/api@\(digest)"])
        #expect(ImageReferences(references.text) == references)
        #expect(ImageReferences("half a line").references.isEmpty)
    }

    @Test func `a container that Docker started again has the exit status of its last end`() {
        let line =
            #"{"id":"ab","name":"/a-green-api-1","state":"running","exitStatus":0,"ranOutOfMemory":false,"#
            + #""restarts":2,"health":"none","lastHealthOutput":"","labels":{"com.docker.compose.service":"api"}}"#
        let containers = DockerContainer.list(line, deaths: "cd 9\nab 1\nab 3\n")
        #expect(containers.map(\.exitStatus) == [3])
        #expect(DockerContainer.list(line).map(\.exitStatus) == [0])
    }
}
