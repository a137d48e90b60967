/// What of some images has to travel, so that an engine which has the rest can load them.
struct ImageArchive: Sendable, Hashable {
    /// The archive's `manifest.json`, in the format of `docker load`.
    let manifest: String
    /// The files beside it.
    let files: [String]
    /// How many layers travel.
    let layers: Int
    /// How many different layers the images have.
    let layersInAll: Int

    /// Chooses the layers that an engine lacks.
    ///
    /// Docker's own stores look an image's layers up by what lies below them before they read their files; a file that
    /// is not needed may be missing.
    init(_ images: [SavedImage], for engine: EngineContents, tag: (ImagePin) -> String) {
        var files: [String] = []
        var fileOfLayer: [String: String] = [:]
        var entries: [JSONValue] = []
        var all: Set<String> = []
        for image in images {
            if !files.contains(image.configurationFile) { files.append(image.configurationFile) }
            let known = engine.knownLayers(of: image.layers)
            var layerFiles: [JSONValue] = []
            for (index, (layer, file)) in zip(image.layers, image.layerFiles).enumerated() {
                all.insert(layer)
                if index >= known, fileOfLayer[layer] == nil {
                    fileOfLayer[layer] = file
                    files.append(file)
                }
                layerFiles.append(.string(fileOfLayer[layer] ?? file))
            }
            entries.append([
                "Config": .string(image.configurationFile),
                "RepoTags": [.string(tag(image.pin))],
                "Layers": .array(layerFiles),
            ])
        }
        self.manifest = JSONValue.array(entries).compactText
        self.files = files
        self.layers = fileOfLayer.count
        self.layersInAll = all.count
    }
}
