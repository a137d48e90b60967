/// How far images have come on their way to the droplet.
public enum ImageProgress: Sendable, Hashable {
    /// The runner packs the layers that the droplet lacks.
    case packing(images: [String])
    /// Layers travel: how many of all that the images have, how many bytes of the archive have arrived.
    case sending(layers: Int, of: Int, bytes: Int, ofBytes: Int)
    /// The droplet's engine unpacks what has arrived.
    case loading(images: [String])
    /// The droplet has pulled an image from its registry.
    case pulled(image: String)
}

extension ImageProgress: CustomStringConvertible {
    /// The progress in words: `1 of 9 layers, 0.2 of 0.2 MB sent`.
    public var description: String {
        switch self {
        case .packing(let images): "packing \(images.list)"
        case .sending(let layers, let all, let bytes, let total):
            "\(layers) of \(all) layers, \(bytes.inMegabytes) of \(total.inMegabytes) MB sent"
        case .loading(let images): "unpacking \(images.list) on the droplet"
        case .pulled(let image): "pulled \(image)"
        }
    }
}

extension Int {
    /// As megabytes with one digit, rounded up.
    fileprivate var inMegabytes: String {
        let tenths = (self + 99_999) / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
