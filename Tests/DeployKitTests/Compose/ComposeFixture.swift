import DeployKit
import Foundation
import Testing

/// What the tests of the Compose part begin with.
enum ComposeFixture {
    /// Whether `docker compose` is there; no daemon is needed for what these tests do.
    static let hasCompose: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["docker", "compose", "version"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static func environment(
        routes: [String: String],
        services: [String: ServiceSettings] = [:]
    ) -> Environment {
        Environment(
            application: "shop",
            name: "staging",
            branch: "staging",
            routes: routes.sorted { $0.key < $1.key }.map { Route($0.key, to: $0.value) },
            services: services
        )
    }

    /// Splits services that are written as Compose prints them.
    static func split(
        _ services: JSONValue,
        routes: [String: String] = ["example.com": "web"],
        settings: [String: ServiceSettings] = [:],
        paths: [String: PathFacts] = [:],
        project: [String: JSONValue] = [:]
    ) -> ComposeApplication {
        var members = project
        members["name"] = "shop"
        members["services"] = services
        let model = ComposeModel(
            interpolated: .object(members), uninterpolated: .object([:]),
            files: ProjectFiles(root: "/repo", home: "/home/runner", paths: paths))
        return ComposeSplit.split(model, for: environment(routes: routes, services: settings))
    }

    /// A release of an application, its images pinned and its ports from 20000 on.
    static func release(_ application: ComposeApplication, slot: Slot = .blue) -> RenderedProject {
        let services = application.services.filter { $0.kind != .store }
        return application.releaseProject(
            slot: slot,
            release: Release.ID(rawValue: "a1b2c3d") ?? unnamed,
            images: Dictionary(
                uniqueKeysWithValues: services.map { ($0.name, "localhost:5000/\($0.name)@sha256:00") }),
            ports: PortBlock(first: 20000).ports(for: services, in: slot),
            scope: "shop-staging"
        )
    }

    /// What `docker compose config` makes of a rendered project on the droplet, its dollar signs single again.
    ///
    /// `DEPLOYKIT_DROPLET_COMPOSE` names another Compose binary to ask, as the 2.26 that Debian 13 has.
    static func configuration(of project: RenderedProject, in folder: TemporaryFolder) async throws -> JSONValue {
        try folder.write(project.compose, to: "rendered/compose.json")
        try folder.write(project.environment.revealed, to: "rendered/environment")
        let text = try await LocalShell().output(
            of: .script(
                #"cd "$1"; shift; . ./environment; exec "$@" --file compose.json config --format json"#,
                [folder.url.appending(path: "rendered").path] + compose))
        return try JSONValue(parsing: text.replacingOccurrences(of: "$$", with: "$", options: .literal))
    }

    /// The folder with the golden files.
    static let resources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Resources/compose")
        .standardized

    static let shopVariables = ["DB_PASSWORD": "p'a$s", "CACHE_PASSWORD": "c", "API_KEY": "k\n2"]

    static let shopEnvironment = environment(routes: ["shop.example.com": "web"])

    /// The project in `Resources/compose/shop`, as Compose printed it.
    static let shop: ComposeApplication = {
        let texts = ["shop.model.json", "shop.uninterpolated.json"].map { name in
            (try? String(contentsOf: resources.appending(path: name), encoding: .utf8)) ?? ""
        }
        let model = ComposeModel(
            interpolated: (try? JSONValue(parsing: texts[0])) ?? .null,
            uninterpolated: try? JSONValue(parsing: texts[1]),
            variableValues: shopVariables.mapValues { Secret($0) },
            files: ProjectFiles(
                root: "/repo",
                paths: [
                    "/repo/conf": PathFacts(.folder, mode: 0o755, entries: ["init.sql", "shop.conf"]),
                    "/repo/conf/init.sql": PathFacts(.file),
                ]))
        return ComposeSplit.split(model, for: shopEnvironment)
    }()

    /// Compares a text with a golden file, and writes it where `DEPLOYKIT_RECORD` is set.
    static func expect(_ text: String, equals name: String) throws {
        let file = resources.appending(path: name)
        if ProcessInfo.processInfo.environment["DEPLOYKIT_RECORD"] != nil {
            try Data(text.utf8).write(to: file)
        }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(text == golden, "\(name) differs; record it again with DEPLOYKIT_RECORD=1 and look at the difference")
    }

    private static let compose =
        ProcessInfo.processInfo.environment["DEPLOYKIT_DROPLET_COMPOSE"].map { [$0] } ?? ["docker", "compose"]

    private static let unnamed: Release.ID = {
        guard let id = Release.ID(rawValue: "unnamed") else { preconditionFailure("a valid name") }
        return id
    }()
}
