internal import Glibc

/// A directory that only this user can enter, with a short path: a socket's path may have 107 bytes.
struct PrivateDirectory: Sendable {
    /// The path.
    let path: String

    /// Makes a directory, and removes it with the files in it after `body`.
    static func with<Value>(_ body: (PrivateDirectory) async throws -> Value) async throws -> Value {
        let directory = try PrivateDirectory()
        defer { directory.remove() }
        return try await body(directory)
    }

    private init() throws(ShellError) {
        var template = Array("\(Self.parent)/deploykit-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ShellError(
                .notStarted,
                machine: "this machine",
                message: "no directory can be made in \(Self.parent): \(String(cString: strerror(errno)))"
            )
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file that only this user can read.
    func write(_ bytes: [UInt8], to name: String) throws(ShellError) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        var rest = bytes[...]
        while descriptor >= 0, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        guard descriptor >= 0, rest.isEmpty else {
            throw ShellError(
                .notStarted,
                machine: "this machine",
                message: "\(path)/\(name) cannot be written: \(String(cString: strerror(errno)))"
            )
        }
    }

    /// Removes a file, if it is there.
    func remove(_ name: String) {
        unlink("\(path)/\(name)")
    }

    private func remove() {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(name) }
        }
        closedir(stream)
        rmdir(path)
    }

    private static var parent: String {
        guard let variable = getenv("TMPDIR") else { return "/tmp" }
        let path = String(cString: variable)
        return path.hasPrefix("/") && path.utf8.count <= 50 ? path : "/tmp"
    }
}
