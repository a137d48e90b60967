import Synchronization
import Testing

@testable import DeployKit

@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct ImageLabTests {
    @Test
    func `sends only the layers that the droplet lacks, and nothing twice`() async throws {
        try await LabImages.with(versions: 2) { images in
            try await LabDroplet.with("images1") { droplet in
                let log = ProgressLog()
                let carrier = LayerCarrier(
                    application: "images", directory: "/var/lib/deploykit/images-tests", engine: LocalShell(),
                    progress: log.append)
                let pins = try await images.pins(with: ImagePinner(engine: LocalShell()))
                try await SSHShell.withConnection(SSHSettings(RuntimeSettings(from: droplet.settings))) { shell in
                    let first = try await carrier.carry([pins[0]], through: shell)
                    #expect(first == [pins[0].digest: pins[0].digest.description])
                    let sentFirst = log.takeSent()

                    let second = try await carrier.carry([pins[1], pins[0]], through: shell)
                    let sentSecond = log.takeSent()
                    #expect(sentFirst.layers >= 2)
                    #expect(sentFirst.bytes > 3_000_000)
                    #expect(sentSecond.layers == 1)
                    #expect(sentSecond.bytes < 300_000)
                    #expect(Set(second.keys) == Set(pins.prefix(2).map(\.digest)))

                    #expect(try await carrier.carry(pins, through: shell) == second)
                    #expect(log.takeSent().bytes == 0)

                    // What Compose makes of such a reference, without any registry.
                    let reference = try #require(second[pins[1].digest])
                    let answer = try await droplet.run(reference, printing: "/version/name")
                    #expect(answer == "version 2\n")
                    #expect(try await droplet.root("ls /var/lib/deploykit/images-tests") == "fetched\n")
                    try await droplet.root("docker image prune -f")
                    #expect(try await carrier.carry(pins, through: shell) == second)

                    // A later run removes what no release names.
                    try await droplet.root(
                        "mkdir -p /var/lib/deploykit/images-tests/releases/2; "
                            + "echo '\(pins[1].digest) \(reference)' >/var/lib/deploykit/images-tests/releases/2/images"
                    )
                    try await shell.output(of: ImageScript.prune.command(["/var/lib/deploykit/images-tests"]))
                    let left = try await droplet.root("docker image ls -q --no-trunc --filter reference='deploykit/*'")
                    #expect(left == reference + "\n")
                }
            }
        }
    }

    @Test func `lets the droplet pull by digest, and leaves no password there`() async throws {
        let registry = try await Lab.output(["Scripts/lab", "registry", "up"]).filter { !$0.isNewline }
        try await LabImages.with(versions: 2, registry: "\(registry)/") { images in
            for name in images.names { try await Lab.output(["docker", "push", "--quiet", name]) }
            let logins = RegistryLogins(
                user: "me", password: Secret("pass word"), registries: [registry], shell: LocalShell())
            let pinner = ImagePinner(
                registry: RegistryClient(
                    transport: CurlTransport(), logins: logins))
            let pins = try await images.pins(with: pinner)
            let missing = await #expect(throws: DeployError.self) {
                try await pinner.pin(["api": "\(images.names[0])0"], built: [])
            }
            #expect(missing?.message == "the image \(images.names[0])0, of service api is not in \(registry)")
            try await LabDroplet.with("images1") { droplet in
                let log = ProgressLog()
                let directory = "/var/lib/deploykit/images-tests"
                let carrier = RegistryCarrier(directory: directory, logins: logins, progress: log.append)
                try await SSHShell.withConnection(SSHSettings(RuntimeSettings(from: droplet.settings))) { shell in
                    _ = try await carrier.carry([pins[0]], through: shell)
                    let references = try await carrier.carry(pins, through: shell)
                    #expect(log.pulled == images.names)
                    let reference = try #require(references[pins[1].digest])
                    #expect(try await droplet.run(reference, printing: "/version/name") == "version 2\n")
                    #expect(try await droplet.root("ls /dev/shm; ls ~deploy/.docker 2>/dev/null || :").isEmpty)

                    let gone = ImagePin(name: images.names[0], digest: try #require(Digest("sha256:" + zeros)))
                    let error = await #expect(throws: DeployError.self) {
                        try await carrier.carry([gone, pins[0]], through: shell)
                    }
                    #expect(error?.code == .image)
                    #expect(error?.evidence.joined().contains("not found") == true, "\(error?.evidence ?? [])")
                }
            }
        }
    }

    private var zeros: String { String(repeating: "0", count: 64) }
}

/// Images on this machine that differ in one small layer, under names of their own.
struct LabImages: Sendable {
    let names: [String]

    /// Builds images, and removes them when `body` ends.
    static func with(versions: Int, registry: String = "", _ body: (LabImages) async throws -> Void) async throws {
        let base = "deploykit-lab-images-\(UInt32.random(in: 0 ... .max))"
        let images = LabImages(names: (1...versions).map { "\(registry)\(base):\($0)" })
        let result: Result<Void, any Error>
        do {
            for (index, name) in images.names.enumerated() {
                try await Lab.output([
                    "sh", "-euc",
                    #"""
                    work=$(mktemp -d)
                    trap 'rm -rf "$work"' EXIT
                    cd "$work"
                    [ -e "/tmp/$3" ] || head -c 4000000 /dev/urandom >"/tmp/$3"
                    cp -p "/tmp/$3" common
                    mkdir version
                    echo "version $2" >version/name
                    head -c 150000 /dev/urandom >version/weight
                    printf 'FROM debian:trixie-slim\nCOPY common /common\nCOPY version /version\n' |
                        DOCKER_BUILDKIT=0 docker build -q -t "$1" -f - .
                    """#, "sh", name, "\(index + 1)", base,
                ])
            }
            try await body(images)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = try? await Lab.run(
            ["sh", "-c", #"rm -f "/tmp/$1"; shift; docker image rm "$@""#, "sh", base] + images.names)
        try result.get()
    }

    /// Pins all of them, in order.
    func pins(with pinner: ImagePinner) async throws -> [ImagePin] {
        let pinned = try await pinner.pin(
            Dictionary(uniqueKeysWithValues: names.enumerated().map { ("service\($0.offset)", $0.element) }),
            built: Set(names.indices.map { "service\($0)" }))
        return names.indices.compactMap { pinned.pins["service\($0)"] }
    }
}

/// What a carrier said of its progress.
final class ProgressLog: Sendable {
    struct Sent: Sendable, Equatable {
        var layers = 0
        var bytes = 0
    }

    private let events = Mutex<[ImageProgress]>([])

    @Sendable func append(_ event: ImageProgress) async { events.withLock { $0.append(event) } }

    /// What was sent since the last call.
    func takeSent() -> Sent {
        events.withLock { events in
            defer { events = [] }
            for case .sending(let layers, _, let bytes, let total) in events.reversed() where bytes == total {
                return Sent(layers: layers, bytes: bytes)
            }
            return Sent()
        }
    }

    /// The images that were pulled, in their order.
    var pulled: [String] {
        events.withLock { $0 }.compactMap { if case .pulled(let image) = $0 { image } else { nil } }
    }
}

extension LabDroplet {
    /// Runs `cat` of a file in a container that Compose makes from a reference, pulling nothing.
    func run(_ reference: String, printing file: String) async throws -> String {
        try await root(
            """
            work=$(mktemp -d); cd "$work"
            cat >compose.yaml <<'END'
            services:
              a:
                image: "\(reference)"
                pull_policy: never
                command: [cat, \(file)]
            END
            docker compose -p image-test up --pull never --no-build -d --quiet-pull >/dev/null 2>&1
            docker wait image-test-a-1 >/dev/null
            docker logs image-test-a-1
            docker compose -p image-test down >/dev/null 2>&1
            rm -rf "$work"
            """)
    }
}
