import DeployKit
import Testing

/// What becomes of a bind mount: whether it is refused, travels, or is kept, and what is said.
struct MountCase: Sendable, CustomTestStringConvertible {
    /// What becomes of the mount.
    enum Outcome: Sendable, Equatable {
        case refused
        case travels
        case kept
        case stays
        case left
    }

    var testDescription: String
    var outcome: Outcome
    var severity: Finding.Severity?
    var source: String
    var target: String
    var facts: PathFacts?
    var image: String?
    var isReadOnly = false

    init(
        _ description: String,
        _ outcome: Outcome,
        _ severity: Finding.Severity?,
        _ mount: String,
        _ facts: PathFacts?,
        image: String? = nil
    ) {
        let parts = mount.split(separator: ":").map(String.init)
        self.testDescription = description
        self.outcome = outcome
        self.severity = severity
        self.source = parts[0].hasPrefix("./") ? "/repo/" + parts[0].dropFirst(2) : parts[0] == "." ? "/repo" : parts[0]
        self.target = parts[1]
        self.facts = facts
        self.image = image
        self.isReadOnly = parts.count == 3
    }

    private static func folder(_ entries: String...) -> PathFacts { PathFacts(.folder, mode: 0o755, entries: entries) }

    private static let file = PathFacts(.file)

    static let all: [MountCase] = [
        MountCase("a file", .travels, nil, "./nginx.conf:/etc/nginx/nginx.conf", file, image: "nginx"),
        MountCase("a folder that is only read", .travels, nil, "./stuff:/stuff:ro", folder("x"), image: "nginx"),
        MountCase("a folder below /etc", .travels, nil, "./x:/etc/x", folder("x.py"), image: "nginx"),
        MountCase("a folder of configuration", .travels, nil, "./x:/opt/x", folder("a.yml", "b.conf"), image: "nginx"),
        MountCase("the build context", .refused, .refusal, ".:/app", folder("Dockerfile", "src")),
        MountCase("the source below the context", .refused, .refusal, "./src:/app/src", folder("main.py")),
        MountCase("a source file", .refused, .refusal, "./index.js:/app/index.js", file),
        MountCase(
            "a site that nothing builds", .travels, .warning, "./html:/usr/share/nginx/html", folder("index.html"),
            image: "nginx"),
        MountCase("uploads", .refused, .refusal, "./uploads:/app/uploads", folder()),
        MountCase("a data folder that is not there", .refused, .refusal, "./data:/data", nil, image: "nginx"),
        MountCase(
            "a folder below one for data that is not there", .refused, .refusal, "./volumes/pictrs:/mnt", nil,
            image: "i"),
        MountCase(
            "a file below one for data that is not there", .refused, .refusal, "./data/x.conf:/x.conf", nil, image: "i"),
        MountCase(
            "uploads that git keeps a folder for", .refused, .refusal, "./system:/srv/system", folder(".keep"),
            image: "i"),
        MountCase(
            "a folder of which nothing is known", .travels, .warning, "./things:/things", folder("x"), image: "i"),
        MountCase(
            "a store's folder of which nothing is known", .travels, .warning, "./x:/opt/x", folder("y"),
            image: "postgres"),
        MountCase("a file of SQLite", .refused, .refusal, "./db.sqlite3:/app/db.sqlite3", file),
        MountCase("logs", .kept, .warning, "./logs/nginx:/var/log/nginx", nil, image: "nginx"),
        MountCase("a file that is not there", .refused, .refusal, "./missing.conf:/etc/x.conf", nil, image: "nginx"),
        MountCase("a socket of the project", .refused, .refusal, "./app.sock:/app.sock", PathFacts(.special)),
        MountCase("a store's data", .kept, .warning, "./data:/var/lib/postgresql/data", nil, image: "postgres"),
        MountCase(
            "a store's data that is there", .kept, .warning, "./pg:/var/lib/postgresql/data", folder("PG_VERSION"),
            image: "postgres"),
        MountCase(
            "a store's scripts", .travels, nil, "./initdb:/docker-entrypoint-initdb.d", folder("a.sql"),
            image: "postgres"),
        MountCase("the droplet's time", .stays, nil, "/etc/localtime:/etc/localtime:ro", nil, image: "nginx"),
        MountCase("the droplet's time zone", .left, .note, "/etc/timezone:/etc/timezone:ro", nil, image: "nginx"),
        MountCase("the droplet's processes", .stays, .note, "/proc:/host/proc:ro", nil, image: "nginx"),
        MountCase("the droplet's settings", .stays, .warning, "/etc/x:/etc/x", nil, image: "nginx"),
        MountCase("a folder of the droplet", .stays, .warning, "/srv/media:/media", nil, image: "nginx"),
        MountCase("somebody's home", .refused, .refusal, "/home/runner/.aws:/root/.aws", nil, image: "nginx"),
    ]
}

struct ComposeMountTests {
    @Test(arguments: MountCase.all) func `decides what becomes of a mount`(_ test: MountCase) throws {
        var it: [String: JSONValue] = ["volumes": [mount(test)]]
        it["image"] = test.image.map { .string($0) }
        if test.image == nil { it["build"] = ["context": "/repo"] }
        let application = ComposeFixture.split(
            ["web": ["build": ["context": "/repo/web"], "expose": ["80"]], "it": .object(it)],
            paths: test.facts.map { [test.source: $0] } ?? [:])
        let found = application.findings.filter { $0.subject == "services.it.volumes" }
        #expect(found.map(\.severity).max() == test.severity, "\(found)")
        guard test.outcome != .refused else { return }

        let isStore = application.services.first { $0.name == "it" }?.kind == .store
        let project =
            isStore ? application.storesProject(scope: "s") : ComposeFixture.release(application)
        let rendered = try JSONValue(parsing: project.compose)["services"]?["it"]?["volumes"]?.elements.first
        let path = test.source.replacing("/repo/", with: "")
        switch test.outcome {
        case .travels:
            #expect(rendered?["source"]?.string == "./files/\(path)")
            #expect(project.files.map(\.path) == ["files/\(path)"])
        case .kept:
            #expect(rendered?["source"]?.string == "./data/\(path)")
            #expect(project.files.map(\.content) == [.keptFolder])
        case .stays:
            #expect(rendered?["source"]?.string == test.source)
            #expect(project.files.isEmpty)
        case .left, .refused: #expect(rendered == nil)
        }
        // Docker would make an empty folder in place of what is missing.
        if let rendered { #expect(rendered["bind"]?["create_host_path"]?.bool == false) }
    }

    @Test(
        arguments: [
            ("/tmp/work", "as it is after a reboot"), ("/var/shop/assets", "do not start while it is missing"),
            ("/etc/shop/x.conf", "do not start while it is missing"), ("/proc", nil),
            ("/var/lib/docker/containers", nil),
            ("/var/log", nil), ("/var/run", nil), ("/sys/fs/cgroup", nil),
        ] as [(String, String?)])
    func `what a droplet may not have is said to be needed there`(source: String, words: String?) {
        let mount: JSONValue = ["type": "bind", "source": .string(source), "target": "/x"]
        let application = ComposeFixture.split([
            "web": ["image": "i", "expose": ["80"], "volumes": [mount]]
        ])
        let message = application.findings.first { $0.subject == "services.web.volumes" }?.message ?? ""
        #expect(message.hasPrefix("\(source) is the droplet's own"))
        #expect(message.contains(words ?? "missing") == (words != nil), "\(message)")
    }

    @Test func `the data folder's file that is missing is not taken for data`() {
        let mount: JSONValue = ["type": "bind", "source": "/repo/data/x.conf", "target": "/x.conf"]
        let application = ComposeFixture.split(["web": ["image": "i", "expose": ["80"], "volumes": [mount]]])
        #expect(application.refusals.first?.message.contains("there is nothing at this path") == true)
    }

    @Test func `a volume for what a browser loads hides what a later image has, and that is said once`() {
        let mount: JSONValue = ["type": "volume", "source": "assets", "target": "/app/static"]
        let application = ComposeFixture.split(
            [
                "web": ["build": [:], "expose": ["80"], "volumes": [mount]],
                "worker": ["build": [:], "volumes": [mount]],
            ],
            project: ["volumes": ["assets": [:]]])
        let found = application.findings.filter { $0.subject == "volumes.assets" }
        #expect(found.map(\.severity) == [.warning, .warning])
        #expect(found.filter { $0.message.contains("/app/static stays hidden") }.count == 1)
    }

    @Test func `a volume below a folder for data is not for what a browser loads`() {
        let mount: JSONValue = ["type": "volume", "source": "assets", "target": "/opt/data/assets"]
        let application = ComposeFixture.split(
            ["web": ["image": "i", "expose": ["80"], "volumes": [mount]]], project: ["volumes": ["assets": [:]]])
        #expect(application.findings.filter { $0.subject == "volumes.assets" }.count == 1)
    }

    @Test func `what a job leaves in a volume of its image is nothing to be said`() {
        let services: JSONValue = [
            "web": ["build": [:], "expose": ["80"]], "it": ["image": "ghost:6", "restart": "no"],
        ]
        #expect(!ComposeFixture.split(services).findings.contains { $0.subject == "services.it.image" })
    }

    private func mount(_ test: MountCase) -> JSONValue {
        var mount: [String: JSONValue] = [
            "type": "bind", "source": .string(test.source), "target": .string(test.target),
            "bind": ["create_host_path": true],
        ]
        if test.isReadOnly { mount["read_only"] = true }
        return .object(mount)
    }

    @Test func `a volume without a name stays behind, and that is said`() {
        let application = ComposeFixture.split([
            "web": [
                "build": [:], "expose": ["80"],
                "volumes": [
                    ["type": "volume", "target": "/srv/files"], ["type": "volume", "target": "/app/node_modules"],
                ],
            ]
        ])
        let found = application.findings.filter { $0.subject == "services.web.volumes" }
        #expect(found.map(\.severity) == [.warning, .note])
        #expect(found.first?.advice.contains("web-data:/srv/files") == true)
    }

    @Test func `a release and a store name one volume alike`() throws {
        let volume: JSONValue = ["type": "volume", "source": "shared", "target": "/shared"]
        let application = ComposeFixture.split(
            [
                "web": ["build": [:], "expose": ["80"], "volumes": [volume]],
                "db": ["image": "postgres", "volumes": [volume]],
            ],
            project: ["volumes": ["shared": ["name": "shop_shared"]]])
        let release = ComposeFixture.release(application)
        let stores = application.storesProject(scope: "shop-staging")
        let names = try [release, stores].map { project in
            try JSONValue(parsing: project.compose)["volumes"]?["shared"]?["name"]?.string
        }
        #expect(names == ["shop-staging_shared", "shop-staging_shared"])
        #expect(release.volumes.map(\.name) == ["shop-staging_shared"])
    }
}
