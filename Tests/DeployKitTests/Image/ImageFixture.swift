@testable import DeployKit

/// Two images on one base, as three kinds of engines save them.
enum ImageFixture {
    static func digest(_ digit: Character) -> Digest { Digest(hexadecimal: String(repeating: digit, count: 64)) }

    static let api = ImagePin(name: "app-api", digest: digest("a"))
    static let site = ImagePin(name: "app-site:2", digest: digest("b"))

    static func configuration(_ layers: String...) -> String {
        let list = layers.map { #""sha256:\#($0)""# }.joined(separator: ",")
        return #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(list)]}}"#
    }

    /// The layout of Docker before 25.
    static let legacy: [String: String] = [
        "manifest.json": """
        [{"Config":"\(digest("a").hexadecimal).json","RepoTags":null,"Layers":["1/layer.tar","2/layer.tar"]},
         {"Config":"\(digest("b").hexadecimal).json","RepoTags":null,"Layers":["9/layer.tar","3/layer.tar"]}]
        """,
        "\(digest("a").hexadecimal).json": configuration("base", "api"),
        "\(digest("b").hexadecimal).json": configuration("base", "site"),
    ]

    /// The layout of containerd's store: one identity is a manifest's, the other an index's.
    static let containerd: [String: String] = [
        "manifest.json": """
        [{"Config":"blobs/sha256/\(digest("c").hexadecimal)","RepoTags":null,"Layers":["blobs/1","blobs/2"]},
         {"Config":"blobs/sha256/\(digest("d").hexadecimal)","RepoTags":null,"Layers":["blobs/1","blobs/3"]}]
        """,
        "blobs/sha256/\(digest("a").hexadecimal)": #"{"config":{"digest":"\#(digest("c"))"}}"#,
        "blobs/sha256/\(digest("b").hexadecimal)":
            #"{"manifests":[{"digest":"\#(digest("e"))"},{"digest":"\#(digest("f"))"}]}"#,
        "blobs/sha256/\(digest("f").hexadecimal)": #"{"config":{"digest":"\#(digest("d"))"}}"#,
        "blobs/sha256/\(digest("c").hexadecimal)": configuration("base", "api"),
        "blobs/sha256/\(digest("d").hexadecimal)": configuration("base", "site"),
    ]

    static func read(_ files: [String: String]) -> (String) async throws -> JSONValue {
        { file in
            guard let text = files[file] else { throw DeployError(.droplet, "no file \(file)") }
            return try JSONValue(parsing: text)
        }
    }

    static func look(_ images: String..., store: String = #"[["Backing Filesystem","extfs"]]"#) -> String {
        "architecture|amd64\nstore|\(store)\nfree|1000000000\n" + images.map { $0 + "\n" }.joined()
    }

    static func image(_ id: String, _ layers: String..., tag: String? = nil) -> String {
        let list = layers.map { #""sha256:\#($0)""# }.joined(separator: ",")
        return "image|\(id)|[\(list)]|\(tag.map { #"["\#($0)"]"# } ?? "null")"
    }
}
