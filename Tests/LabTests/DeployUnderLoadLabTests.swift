import DeployKit
import Testing

/// The main job on a real droplet: nothing is lost in orderly changes.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct DeployUnderLoadLabTests {
    @Test func `deploys in a row under load lose no request and execute no POST twice`() async throws {
        try await LabDroplet.with(room: .whole) { droplet in
            let count = Lab.isThorough ? 20 : 6
            try #require(try await droplet.deploy("v1", as: "r0").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                for number in 1...count {
                    let result = try await droplet.deploy(number.isMultiple(of: 2) ? "v1" : "v2", as: "r\(number)")
                    #expect(result.isSuccess, "\(result.errorOutput)")
                }
            }
            // The client is asked for 500 requests in a second; one that fell behind would prove nothing.
            #expect(Double(report.sent) / report.seconds >= 495, "\(report.sent) requests in \(report.seconds) s")
            #expect(report.lost == 0, "\(report)")
            #expect(check.duplicates == 0)
            #expect(check.missing == 0)
            let status = try await droplet.status()
            #expect(status.serving?.rawValue == "r\(count)")
            #expect(status.releases.count <= 5, "a deploy ends with a prune")
        }
    }

    @Test func `no request that began after one domain answered anew gets an answer of the old release`() async throws {
        try await LabDroplet.with(room: .whole) { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (report, _) = try await Load.on(droplet, versions: ["v1", "v2"]) {
                try #require(try await droplet.deploy("v2").isSuccess)
            }
            #expect(report.mixed == 0)
            #expect(report.crossed == 0, "no service asks another one of another release")
            #expect(report.lost == 0)
        }
    }

    @Test func `a rollback under load loses nothing, and what serves already is left alone`() async throws {
        try await LabDroplet.with(room: .whole) { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            try #require(try await droplet.deploy("v2").isSuccess)
            let (report, check) = try await Load.on(droplet) {
                let result = try await droplet.stage("rollback")
                #expect(result.isSuccess, "\(result.errorOutput)")
            }
            #expect(report.lost == 0)
            #expect(check.duplicates == 0)
            #expect(try await droplet.version() == "v1")
            let again = try await droplet.deploy("v1")
            #expect(again.isSuccess)
            #expect(again.output.contains("nothing to do"), "\(again.output)")
        }
    }
}
