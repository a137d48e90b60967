internal import SystemPackage

/// Sends images from this machine's Docker engine to the droplet's over the SSH connection; only layers that the
/// droplet lacks travel.
///
/// The engine saves the images, the layers that the droplet's engine has are left out, the rest travels in pieces and
/// is loaded there. No registry takes part: neither a second copy on the droplet's disk, nor a port, nor a password;
/// and which layers are missing depends on the two engines alone, so that a fresh runner sends no more than an old one.
///
/// On the droplet an image is called by its identity, which is a digest of all that it is. A tag beside it,
/// `deploykit/<application>:<digest>`, only keeps `docker image prune` away from it.
public struct LayerCarrier: ImageCarrier {
    /// The application, whose name the tags have.
    let application: String
    /// The environment's directory on the droplet.
    let directory: String
    /// This machine, where the images are.
    let engine: any Shell
    /// Hears how far it is.
    let progress: @Sendable (ImageProgress) async -> Void
    /// How many bytes travel in one command: small enough for memory, large enough that a round trip does not count.
    var pieceSize = 8 << 20

    /// Makes a carrier.
    ///
    /// - Parameters:
    ///   - application: The application's name.
    ///   - directory: The environment's directory on the droplet.
    ///   - engine: Runs `docker` on this machine; `LocalShell()`.
    ///   - progress: Hears how far it is.
    public init(
        application: String,
        directory: String,
        engine: any Shell,
        progress: @escaping @Sendable (ImageProgress) async -> Void = { _ in }
    ) {
        self.application = application
        self.directory = directory
        self.engine = engine
        self.progress = progress
    }

    /// Brings images to the droplet; returns the identity of each there.
    public func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] {
        let contents = EngineContents(parsing: try await fenced.output(of: ImageScript.look.command()))
        var references: [Digest: String] = [:]
        var missing: [ImagePin] = []
        for pin in images where references[pin.digest] == nil && !missing.contains(where: { $0.digest == pin.digest }) {
            if let image = contents.image(for: pin, tag: tag(of: pin)) {
                references[pin.digest] = image.id
            } else {
                missing.append(pin)
            }
        }
        guard !missing.isEmpty else { return references }
        await progress(.packing(images: missing.map(\.name)))
        let sent = try await exported(missing) { folder, saved in
            try await send(saved, in: folder, to: contents, through: fenced)
        }
        return references.merging(sent) { _, new in new }
    }

    private func tag(of pin: ImagePin) -> String { "deploykit/\(application):\(pin.digest.hexadecimal)" }

    /// The digest of the pin that a tag was given for, whatever the application; nil for any other tag.
    static func digest(ofTag tag: String) -> Digest? {
        guard tag.hasPrefix("deploykit/"), let colon = tag.lastIndex(of: ":") else { return nil }
        return Digest("sha256:" + tag[tag.index(after: colon)...])
    }

    /// Saves images into a folder that is gone when `body` ends, or this process does.
    private func exported<Value: Sendable>(
        _ pins: [ImagePin], _ body: @escaping @Sendable (String, [SavedImage]) async throws -> Value
    ) async throws -> Value {
        let command = ImageScript.export.command(pins.map(\.digest.description))
        do {
            return try await engine.hold(command) { [engine] lines in
                guard let folder = await lines.first(where: { _ in true }) else { throw CancellationError() }
                let saved = try await SavedImage.find(pins) { file in
                    let text = try await engine.output(of: Command(["cat", "\(folder)/image/\(file)"]))
                    return try JSONValue(parsing: text)
                }
                return try await body(folder, saved)
            }
        } catch let error as ShellError where error.code == .connectionLost && error.machine == engine.machine {
            throw DeployError(
                .image, "docker save of \(pins.map(\.name).list) failed on \(engine.machine)",
                evidence: error.evidence.split(separator: "\n").map(String.init),
                next: "Build them again with docker compose build, then run the same command again.")
        }
    }

    /// Packs, sends and loads what the droplet lacks of saved images.
    private func send(
        _ saved: [SavedImage], in folder: String, to contents: EngineContents, through fenced: any Shell
    ) async throws -> [Digest: String] {
        try checkArchitecture(saved, contents, fenced.machine)
        let archive = ImageArchive(saved, for: contents, tag: tag(of:))
        let sizes = try await engine.output(
            of: ImageScript.pack.command(
                [folder] + archive.files, input: Secret(archive.manifest), deadline: .seconds(900))
        ).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard sizes.count == 2 else { throw Self.cut("the layers could not be packed") }
        guard sizes[0] + sizes[1] < contents.freeDisk else {
            throw DeployError(
                .image,
                "\(fenced.machine) has \(contents.freeDisk.inBytes) of free disk space, and the images take "
                    + "\((sizes[0] + sizes[1]).inBytes) while they are unpacked",
                next: "Make room there with the command prune, or use a larger disk.")
        }
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        try await sendPieces(of: "\(folder)/archive", size: sizes[0], as: name, archive, through: fenced)
        await progress(.loading(images: saved.map(\.pin.name)))
        return try await load(saved, from: name, contents, through: fenced)
    }

    /// The error of layers that are not whole on this machine.
    private static func cut(_ message: String) -> DeployError {
        DeployError(.image, message, next: "Run the same command again, with room on the disk of this machine.")
    }

    private func sendPieces(
        of path: String, size: Int, as name: String, _ archive: ImageArchive, through fenced: any Shell
    ) async throws {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        defer { try? file.close() }
        var offset = 0
        while offset < size {
            await progress(
                .sending(layers: archive.layers, of: archive.layersInAll, bytes: offset, ofBytes: size))
            let piece = try [UInt8](unsafeUninitializedCapacity: min(pieceSize, size - offset)) { buffer, count in
                count = try file.read(fromAbsoluteOffset: Int64(offset), into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard !piece.isEmpty else { throw Self.cut("the packed layers in \(path) were cut off") }
            try await fenced.output(
                of: ImageScript.receive.command(
                    [directory, name, String(offset)], input: Secret(bytes: piece), deadline: .seconds(600)))
            offset += piece.count
        }
        await progress(.sending(layers: archive.layers, of: archive.layersInAll, bytes: offset, ofBytes: size))
    }

    /// Loads an archive on the droplet, and checks that what is there now is what was pinned.
    private func load(
        _ saved: [SavedImage], from name: String, _ contents: EngineContents, through fenced: any Shell
    ) async throws -> [Digest: String] {
        let identities = saved.map(\.configuration.description)
        let result = try await fenced.run(
            ImageScript.load.command(
                [directory, name, String(saved.count)] + identities + saved.map { tag(of: $0.pin) },
                deadline: .seconds(900)))
        guard result.isSuccess else {
            throw DeployError(
                .image, "docker load of \(saved.map(\.pin.name).list) failed on \(fenced.machine)",
                evidence: result.errorOutput.lastLines(5).split(separator: "\n").map(String.init),
                next: "Run the same command again; doctor checks the droplet's disk and Docker.")
        }
        let loaded = EngineContents(parsing: result.output)
        var references: [Digest: String] = [:]
        for image in saved {
            // Docker's own stores call an image by its configuration's digest, which covers its layers. Containerd's
            // makes a manifest of its own, with a digest that cannot be known before: there the layers have to match.
            guard let arrived = loaded.images.first(where: { $0.tags.contains(tag(of: image.pin)) }),
                arrived.layers == image.layers,
                contents.isContainerdStore || arrived.id == image.configuration.description
            else {
                throw DeployError(
                    .image,
                    "the image \(image.pin.name) that arrived on \(fenced.machine) is not the one that was sent",
                    next: "Run the same command again.")
            }
            references[image.pin.digest] = arrived.id
        }
        return references
    }

    private func checkArchitecture(
        _ images: [SavedImage], _ contents: EngineContents, _ machine: String
    ) throws(DeployError) {
        for image in images where image.architecture != contents.architecture && !image.architecture.isEmpty {
            throw DeployError(
                .image,
                "the image \(image.pin.name) is for \(image.architecture), and \(machine) is \(contents.architecture)",
                next: "Build it with DOCKER_DEFAULT_PLATFORM=linux/\(contents.architecture) docker compose build.")
        }
    }
}
