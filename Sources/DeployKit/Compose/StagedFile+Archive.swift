internal import FoundationEssentials

extension StagedFile {
    /// Packs files and folders of the runner into one gzipped tar.
    ///
    /// The same files give the same bytes: times and owners stay behind.
    ///
    /// - Parameter files: What is packed.
    /// - Returns: The archive; empty when there are no files.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names what cannot be read.
    static func archive(_ files: [StagedFile]) throws -> [UInt8] {
        guard !files.isEmpty else { return [] }
        var archive = TarArchive()
        for file in files.sorted(by: { $0.path < $1.path }) {
            switch file.content {
            case .file(let source):
                archive.addFile(file.path, try read(source), mode: file.mode)
            case .folder(let source):
                archive.addDirectory(file.path, mode: file.mode)
                try add(folder: source, at: file.path, to: &archive)
            case .keptFolder:
                archive.addDirectory(file.path, mode: file.mode)
            }
        }
        return Gzip.compressed(archive.bytes)
    }

    private static func add(folder: String, at path: String, to archive: inout TarArchive) throws {
        let manager = FileManager.default
        let names = try reading(folder) { try manager.contentsOfDirectory(atPath: folder) }
        for name in names.sorted() {
            let source = "\(folder)/\(name)"
            let target = "\(path)/\(name)"
            let attributes = try reading(source) { try manager.attributesOfItem(atPath: source) }
            let mode = (attributes[.posixPermissions] as? Int) ?? 0o644
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory?:
                archive.addDirectory(target, mode: mode)
                try add(folder: source, at: target, to: &archive)
            case .typeSymbolicLink?:
                let link = try reading(source) { try manager.destinationOfSymbolicLink(atPath: source) }
                archive.addSymbolicLink(target, to: link)
            case .typeRegular?:
                archive.addFile(target, try read(source), mode: mode)
            default:
                throw DeployError(
                    .refused, "\(source) is neither a file nor a folder, and cannot travel with a release",
                    next: "Take it out of the folder that is mounted.")
            }
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try reading(path) { Array(try Data(contentsOf: URL(filePath: path))) }
    }

    private static func reading<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw DeployError(
                .refused, "\(path) cannot be read: \(error)",
                next: "The Compose file mounts it; make it readable, or take the mount out.")
        }
    }
}
