/// What the droplet's Docker engine is and has, as far as sending images goes.
struct EngineContents: Sendable, Hashable {
    /// An image in an engine.
    struct Image: Sendable, Hashable {
        /// Its identity in that engine.
        var id: String
        /// The digests of its unpacked layers, the lowest first.
        var layers: [String]
        /// Its names.
        var tags: [String]
    }

    /// The processor architecture, as Go calls it: `amd64`.
    var architecture = ""
    /// Whether images are kept by containerd, as Docker 29 does unless it is told otherwise.
    ///
    /// There, an image's identity is the digest of its manifest or index; in Docker's own stores it is that of its
    /// configuration.
    var isContainerdStore = false
    /// Free disk space, in bytes.
    var freeDisk = 0
    /// The images.
    var images: [Image] = []

    /// Reads what ``ImageScript/look`` or ``ImageScript/load`` printed.
    init(parsing output: String) {
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            switch (fields[0], fields.count) {
            case ("architecture", 2): architecture = fields[1]
            case ("store", 2...): isContainerdStore = line.contains("io.containerd.snapshotter")
            case ("free", 2): freeDisk = Int(fields[1]) ?? 0
            case ("image", 4):
                images.append(Image(id: fields[1], layers: Self.texts(fields[2]), tags: Self.texts(fields[3])))
            default: break
            }
        }
    }

    /// The image that arrived under a pin, or that the pin identifies.
    func image(for pin: ImagePin, tag: String) -> Image? {
        images.first { $0.tags.contains(tag) } ?? images.first { $0.id == pin.digest.description }
    }

    /// How many of an image's layers, from the lowest on, the engine has on top of each other.
    ///
    /// Docker's own stores take an archive without the layers that they have; containerd's refuses it.
    func knownLayers(of layers: [String]) -> Int {
        guard !isContainerdStore else { return 0 }
        return images.map { image in zip(image.layers, layers).prefix { $0 == $1 }.count }.max() ?? 0
    }

    /// The texts of a JSON array; none for `null`.
    private static func texts(_ json: String) -> [String] {
        (try? JSONValue(parsing: json))?.elements.compactMap(\.string) ?? []
    }
}
