import Testing

@testable import DeployKit

struct ImageArchiveTests {
    private static func archive(_ files: [String: String], on engine: String) async throws -> ImageArchive {
        let pins = [ImageFixture.api, ImageFixture.site]
        let saved = try await SavedImage.find(pins, reading: ImageFixture.read(files))
        return ImageArchive(saved, for: EngineContents(parsing: engine)) { "t:\($0.digest.short)" }
    }

    @Test
    func `sends all of it, each layer once, to an empty droplet`() async throws {
        let archive = try await Self.archive(ImageFixture.legacy, on: ImageFixture.look())
        #expect(archive.layers == 3)
        #expect(archive.layersInAll == 3)
        let (a, b) = (ImageFixture.digest("a").hexadecimal, ImageFixture.digest("b").hexadecimal)
        #expect(archive.files == ["\(a).json", "1/layer.tar", "2/layer.tar", "\(b).json", "3/layer.tar"])
        let entries = try JSONValue(parsing: archive.manifest).elements
        #expect(entries.map { $0["Layers"] } == [["1/layer.tar", "2/layer.tar"], ["1/layer.tar", "3/layer.tar"]])
        #expect(entries.map { $0["RepoTags"] } == [["t:aaaaaaaaaaaa"], ["t:bbbbbbbbbbbb"]])
    }

    @Test
    func `leaves out the layers that the droplet has below one another`() async throws {
        let engine = ImageFixture.look(ImageFixture.image("sha256:1", "base", "older"))
        let archive = try await Self.archive(ImageFixture.legacy, on: engine)
        #expect(archive.layers == 2)
        #expect(archive.layersInAll == 3)
        #expect(!archive.files.contains("1/layer.tar"))
        #expect(!archive.files.contains("9/layer.tar"))
    }

    @Test
    func `sends a layer that the droplet has on another base`() async throws {
        let engine = ImageFixture.look(ImageFixture.image("sha256:1", "other", "base", "api"))
        #expect(try await Self.archive(ImageFixture.legacy, on: engine).layers == 3)
    }

    @Test
    func `sends all layers to containerd's store, which wants them`() async throws {
        let store = #"[["driver-type","io.containerd.snapshotter.v1"]]"#
        let engine = ImageFixture.look(ImageFixture.image("sha256:1", "base", "api"), store: store)
        #expect(try await Self.archive(ImageFixture.legacy, on: engine).layers == 3)
    }

    @Test
    func `finds what containerd's store calls by a manifest or an index`() async throws {
        let pins = [ImageFixture.site, ImageFixture.api]
        let saved = try await SavedImage.find(pins, reading: ImageFixture.read(ImageFixture.containerd))
        #expect(saved.map(\.pin) == pins)
        #expect(saved.map(\.configuration) == [ImageFixture.digest("d"), ImageFixture.digest("c")])
        #expect(saved.map(\.layerFiles) == [["blobs/1", "blobs/3"], ["blobs/1", "blobs/2"]])
        #expect(saved.map(\.layers) == [["sha256:base", "sha256:site"], ["sha256:base", "sha256:api"]])
    }

    @Test
    func `names an image that was not saved`() async throws {
        let pin = ImagePin(name: "app-db", digest: ImageFixture.digest("0"))
        let error = await #expect(throws: DeployError.self) {
            try await SavedImage.find([pin], reading: ImageFixture.read(ImageFixture.legacy))
        }
        #expect(error?.code == .image)
        #expect(error?.message.contains("app-db") == true)
    }
}
