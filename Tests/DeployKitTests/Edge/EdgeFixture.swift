import DeployKit
import Foundation
import Testing

/// Two environments on one droplet; the name of one is the beginning of the other's.
enum EdgeFixture {
    static let routes = [Route("www.example.com", to: "site"), Route("api.example.com", to: "api")]

    static func slot(_ slot: Slot, from port: Int, replicas: Int = 1) -> [EdgeService] {
        let first = port + (slot == .blue ? 0 : 240)
        return [
            EdgeService(name: "api", healthPath: "/health", ports: Array(first..<(first + replicas))),
            EdgeService(name: "site", healthPath: "/", ports: [first + replicas]),
        ]
    }

    /// Blue serves, with two containers of `api`; green stands by.
    static let production = EdgeEnvironment(
        scope: "shop-production", routes: routes, firstPort: 20000,
        slots: [.blue: slot(.blue, from: 20000, replicas: 2), .green: slot(.green, from: 20000)],
        serving: .blue, standbyIsArmed: true,
        policy: EdgePolicy(
            drainLimit: .seconds(60), plainHTTP: .redirect, trustedProxies: ["173.245.48.0/20", "2400:cb00::/32"]))

    /// Its first release boots in blue; nothing serves yet.
    static let rehearsal = EdgeEnvironment(
        scope: "shop-production-rehearsal",
        routes: [Route("rehearsal.example.com", to: "site"), Route("api.rehearsal.example.com", to: "api")],
        firstPort: 20500, slots: [.blue: slot(.blue, from: 20500)])

    /// Compares a text with a golden file, and writes it where `DEPLOYKIT_RECORD` is set.
    static func expect(_ text: String, equals name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Resources/edge/\(name)")
        if ProcessInfo.processInfo.environment["DEPLOYKIT_RECORD"] != nil {
            try Data(text.utf8).write(to: file)
        }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(text == golden, "\(name) differs; record it again with DEPLOYKIT_RECORD=1 and look at the difference")
    }
}
