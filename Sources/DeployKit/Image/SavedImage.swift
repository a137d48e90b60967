/// An image as `docker save` wrote it: where its parts are in the folder.
///
/// Three layouts are in use: that of Docker before 25, the OCI layout of Docker's own stores since, and the OCI layout
/// of containerd's. All of them have a `manifest.json` which names each image's configuration and layers.
struct SavedImage: Sendable, Hashable {
    /// What was asked for.
    var pin: ImagePin
    /// The configuration's file.
    var configurationFile: String
    /// The configuration's digest: the identity of the image in an engine with one of Docker's own stores.
    var configuration: Digest
    /// The digests of the unpacked layers, the lowest first.
    var layers: [String]
    /// Their files, in the same order; they may be compressed, and links.
    var layerFiles: [String]
    /// The processor architecture, as Go calls it: `amd64`.
    var architecture: String

    /// Finds images in a folder that `docker save` filled.
    ///
    /// - Parameters:
    ///   - pins: The images that were saved.
    ///   - read: Reads a file of the folder as JSON.
    /// - Returns: The images, in the order of the pins.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` when one is not there; what `read` throws.
    static func find(
        _ pins: [ImagePin], reading read: (String) async throws -> JSONValue
    ) async throws -> [SavedImage] {
        let entries = try await read("manifest.json").elements.compactMap { entry -> Entry? in
            guard let file = entry["Config"]?.string, let digest = digest(inFileName: file) else { return nil }
            return Entry(
                file: file, configuration: digest, layers: entry["Layers"]?.elements.compactMap(\.string) ?? [])
        }
        var images: [SavedImage] = []
        for pin in pins {
            let candidates = try await configurations(of: pin.digest, reading: read, known: entries)
            guard let entry = entries.first(where: { candidates.contains($0.configuration) }) else {
                throw DeployError(
                    .image, "docker save left out the image \(pin.name) (\(pin.digest.short))",
                    next: "Build it again with docker compose build, then run the same command again.")
            }
            let configuration = try await read(entry.file)
            images.append(
                SavedImage(
                    pin: pin,
                    configurationFile: entry.file,
                    configuration: entry.configuration,
                    layers: configuration["rootfs"]?["diff_ids"]?.elements.compactMap(\.string) ?? [],
                    layerFiles: entry.layers,
                    architecture: configuration["architecture"]?.string ?? ""
                ))
        }
        return images
    }

    private struct Entry {
        var file: String
        var configuration: Digest
        var layers: [String]
    }

    /// The configurations that an identity may stand for.
    ///
    /// With containerd's store an identity is the digest of a manifest, which names the configuration, or of an index,
    /// which names a manifest for each platform.
    private static func configurations(
        of digest: Digest, reading read: (String) async throws -> JSONValue, known: [Entry]
    ) async throws -> Set<Digest> {
        if known.contains(where: { $0.configuration == digest }) { return [digest] }
        guard let blob = try? await read("blobs/sha256/\(digest.hexadecimal)") else { return [] }
        if let configuration = blob["config"]?["digest"]?.string.flatMap({ Digest($0) }) { return [configuration] }
        var configurations: Set<Digest> = []
        for manifest in blob["manifests"]?.elements ?? [] {
            guard let child = manifest["digest"]?.string.flatMap({ Digest($0) }) else { continue }
            // Of other platforms, and of attestations, the index may name what this machine does not have.
            let content = try? await read("blobs/sha256/\(child.hexadecimal)")
            if let text = content?["config"]?["digest"]?.string, let found = Digest(text) {
                configurations.insert(found)
            }
        }
        return configurations
    }

    /// The digest that a configuration's file is named after: `<digits>.json` or `blobs/sha256/<digits>`.
    private static func digest(inFileName file: String) -> Digest? {
        guard let name = file.split(separator: "/").last else { return nil }
        return Digest("sha256:" + (name.hasSuffix(".json") ? name.dropLast(5) : name))
    }
}
