import DeployKitTesting
import Foundation
import Synchronization
import Testing

@testable import DeployKit

struct LayerCarrierTests {
    static let tag = "deploykit/app:\(ImageFixture.api.digest.hexadecimal)"
    static let identity = ImageFixture.api.digest.description

    /// A folder with a packed archive, on an engine that answers as Docker would.
    private static func withEngine(
        archive: String = "0123456789", _ body: (ScriptedShell, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/images-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(archive.utf8).write(to: URL(fileURLWithPath: folder + "/archive"))
        let engine = ScriptedShell(machine: "the runner")
        engine.expect(ImageScript.export.command([identity]), output: folder + "\n")
        for file in ["manifest.json", "\(ImageFixture.api.digest.hexadecimal).json"] {
            engine.expect(Command(["cat", "\(folder)/image/\(file)"]), output: ImageFixture.legacy[file] ?? "")
        }
        engine.expect("packing", where: { $0.arguments[2] == ImageScript.pack.text }) { command in
            #expect(
                Array(command.arguments.dropFirst(4)) == [
                    folder, "\(ImageFixture.api.digest.hexadecimal).json", "2/layer.tar",
                ])
            return CommandResult(output: "\(archive.utf8.count) 20\n")
        }
        try await body(engine, folder)
    }

    private static func carrier(_ engine: ScriptedShell, progress: ProgressBox = ProgressBox()) -> LayerCarrier {
        var carrier = LayerCarrier(application: "app", directory: "/d", engine: engine, progress: progress.append)
        carrier.pieceSize = 4
        return carrier
    }

    @Test
    func `costs one look when the images are there`() async throws {
        let engine = ScriptedShell()
        let droplet = ScriptedShell()
        droplet.expect(
            ImageScript.look.command(),
            output: ImageFixture.look(
                ImageFixture.image("sha256:other", "base", "api", tag: Self.tag),
                ImageFixture.image(ImageFixture.site.digest.description, "base", "site")))
        let pins = [ImageFixture.api, ImageFixture.site]
        #expect(
            try await Self.carrier(engine).carry(pins, through: droplet) == [
                ImageFixture.api.digest: "sha256:other",
                ImageFixture.site.digest: ImageFixture.site.digest.description,
            ])
        #expect(engine.commands.isEmpty)
        try droplet.finish()
    }

    @Test
    func `sends in pieces what is missing, loads it and says how far it is`() async throws {
        try await Self.withEngine { engine, _ in
            let droplet = ScriptedShell()
            let base = ImageFixture.image("sha256:1", "base")
            droplet.expect(ImageScript.look.command(), output: ImageFixture.look(base))
            let received = ProgressBox()
            droplet.expect("pieces", repeats: true, where: { $0.arguments[2] == ImageScript.receive.text }) { command in
                #expect(command.arguments[4] == "/d")
                received.texts.withLock { $0.append("\(command.arguments[6]):\(command.input.revealed)") }
                return CommandResult()
            }
            droplet.expect("load", where: { $0.arguments[2] == ImageScript.load.text }) { command in
                #expect(command.arguments[4] == "/d")
                #expect(Array(command.arguments[6...]) == ["1", Self.identity, Self.tag])
                return CommandResult(output: ImageFixture.image(Self.identity, "base", "api", tag: Self.tag))
            }
            let progress = ProgressBox()
            let references = try await Self.carrier(engine, progress: progress)
                .carry([ImageFixture.api, ImageFixture.api], through: droplet)
            #expect(references == [ImageFixture.api.digest: Self.identity])
            #expect(received.all == ["0:0123", "4:4567", "8:89"])
            #expect(progress.events.first == .packing(images: ["app-api"]))
            #expect(progress.events.contains(.sending(layers: 1, of: 2, bytes: 4, ofBytes: 10)))
            #expect(progress.events.contains(.sending(layers: 1, of: 2, bytes: 10, ofBytes: 10)))
            #expect(progress.events.last == .loading(images: ["app-api"]))
            try engine.finish()
            try droplet.finish()
        }
    }

    @Test(arguments: [
        ImageFixture.image("sha256:x", "base", "api", tag: tag), ImageFixture.image(identity, "base", "x", tag: tag),
        ImageFixture.image(identity, "base", "api"), "",
    ])
    func `does not take another image for the one that it sent`(arrived: String) async throws {
        try await Self.withEngine { engine, _ in
            let droplet = ScriptedShell()
            let base = ImageFixture.image("sha256:1", "base")
            droplet.expect(ImageScript.look.command(), output: ImageFixture.look(base))
            droplet.expect("pieces", repeats: true, where: { $0.arguments[2] == ImageScript.receive.text }) { _ in
                CommandResult()
            }
            droplet.expect("load", where: { $0.arguments[2] == ImageScript.load.text }) { _ in
                CommandResult(output: arrived)
            }
            let error = await #expect(throws: DeployError.self) {
                try await Self.carrier(engine).carry([ImageFixture.api], through: droplet)
            }
            #expect(error?.message.contains("is not the one that was sent") == true)
        }
    }

    @Test
    func `refuses an image for another processor before anything is sent`() async throws {
        try await Self.withEngine { engine, _ in
            let droplet = ScriptedShell(machine: "droplet")
            let look = ImageFixture.look().replacing("architecture|amd64", with: "architecture|arm64")
            droplet.expect(ImageScript.look.command(), output: look)
            let error = await #expect(throws: DeployError.self) {
                try await Self.carrier(engine).carry([ImageFixture.api], through: droplet)
            }
            #expect(error?.message == "the image app-api is for amd64, and droplet is arm64")
            #expect(droplet.commands.count == 1)
        }
    }

    @Test
    func `refuses to fill the disk`() async throws {
        try await Self.withEngine { engine, _ in
            let droplet = ScriptedShell()
            let base = ImageFixture.image("sha256:1", "base")
            droplet.expect(
                ImageScript.look.command(),
                output: ImageFixture.look(base).replacing("free|1000000000", with: "free|29"))
            let error = await #expect(throws: DeployError.self) {
                try await Self.carrier(engine).carry([ImageFixture.api], through: droplet)
            }
            #expect(error?.code == .image)
            #expect(error?.message.contains("free disk space") == true)
            #expect(droplet.commands.count == 1)
        }
    }

    @Test
    func `says in Docker's words why images could not be saved`() async throws {
        let engine = ScriptedShell(machine: "the runner")
        engine.expect(
            ImageScript.export.command([Self.identity]),
            result: CommandResult(status: 1, errorOutput: "no space left on device"))
        let droplet = ScriptedShell()
        droplet.expect(ImageScript.look.command(), output: ImageFixture.look())
        let error = await #expect(throws: DeployError.self) {
            try await Self.carrier(engine).carry([ImageFixture.api], through: droplet)
        }
        #expect(error?.code == .image)
        #expect(error?.evidence == ["no space left on device"])
    }
}

/// Collects what happens.
final class ProgressBox: Sendable {
    private let log = Mutex<[ImageProgress]>([])
    let texts = Mutex<[String]>([])

    @Sendable func append(_ event: ImageProgress) async { log.withLock { $0.append(event) } }

    var events: [ImageProgress] { log.withLock { $0 } }
    var all: [String] { texts.withLock { $0 } }
}
