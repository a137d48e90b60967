import DeployKit
import FoundationEssentials
import Testing

/// Load on the three domains from a client that repeats nothing.
struct Load: Sendable {
    /// What the client counted.
    struct Report: Decodable, Sendable {
        /// How long requests were sent, in seconds.
        var seconds: Double
        /// Requests that were sent.
        var sent: Int
        /// Requests that got no answer, or a 5xx.
        var lost: Int
        /// Requests that began after the new version had answered and were answered by an older one.
        var mixed: Int
        /// POSTs that were lost.
        var lostPosts: Int
        /// GETs that were lost.
        var lostGets: Int
        /// Answers of one service that had asked another one of another release.
        var crossed: Int
        /// The same, of GETs and of POSTs alone.
        var byMethod: [String: Method]

        /// What the client counted of one method.
        struct Method: Decodable, Sendable {
            /// Why requests were lost: `connect`, `closed`, `timeout`, `status5xx`, ….
            var lostBy: [String: Int]
        }

        /// The first requests that were lost.
        var samples: [Sample]

        /// A request that was lost.
        struct Sample: Decodable, Sendable {
            /// `GET` or `POST`.
            var method: String
            /// The host that was asked.
            var host: String
            /// The status of the answer; 0 without one.
            var status: Int
            /// The version of the service that answered; empty where none did.
            var version: String
        }

        /// GETs that no service answered: lost by the edge, and not by a service that got no answer from another one.
        var getsLostByTheEdge: Int

        /// The versions that answered, in the order in which they appeared.
        var versions: [Seen]

        /// A version that answered.
        struct Seen: Decodable, Sendable {
            /// What the application calls itself.
            var version: String
        }
    }

    /// What the application recorded.
    struct Check: Decodable, Sendable {
        /// POSTs that were executed more than once.
        var duplicates: Int
        /// POSTs that were answered and not executed.
        var missing: Int
    }

    static let hosts = ["qa.conciliaextrato.com", "app.qa.conciliaextrato.com", "api.qa.conciliaextrato.com"]

    /// Runs `body` under load, and returns what the client and the application counted.
    static func on(
        _ droplet: LabDroplet, rate: Int = 500, versions: [String] = [],
        during body: @escaping @Sendable () async throws -> Void
    ) async throws -> (report: Report, check: Check) {
        let load = try await Lab.output(["Scripts/example", "load"]).split(separator: "\n").last.map(String.init) ?? ""
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "load-\(UInt32.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var arguments = [
            load, "run", "--address", "\(droplet.address):80", "--hosts", hosts.joined(separator: ","),
            "--rate", "\(rate)", "--seconds", "600", "--report", folder.path + "/report.json", "--ids",
            folder.path + "/ids",
        ]
        if !versions.isEmpty { arguments += ["--versions", versions.joined(separator: ",")] }
        // The client ends when its standard input does, so that none outlives its test.
        try await LocalShell().hold(Command(arguments)) { _ in try await body() }
        let check = try await Lab.output([
            load, "verify", "--address", "\(droplet.address):80", "--host", "api.qa.conciliaextrato.com",
            "--ids", folder.path + "/ids",
        ])
        let report = try Data(contentsOf: folder.appendingPathComponent("report.json"))
        return (
            try JSONDecoder().decode(Report.self, from: report),
            try JSONDecoder().decode(Check.self, from: Data(check.utf8))
        )
    }
}
