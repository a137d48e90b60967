internal import SystemPackage

extension SSHSettings {
    /// The private key as OpenSSH wants it.
    ///
    /// - Throws: ``ShellError`` of code ``ShellError/Code/refused``.
    func privateKey() throws(ShellError) -> [UInt8] {
        let bytes = try Self.bytes(of: key, variable: "DEPLOYKIT_SSH_KEY", code: .refused, for: destination)
        // A secret that was pasted often has lost its last newline or has Windows' line ends, which OpenSSH refuses.
        let text = bytes.filter { $0 != UInt8(ascii: "\r") }
        return text.last == UInt8(ascii: "\n") ? text : text + [UInt8(ascii: "\n")]
    }

    /// The lines of `known_hosts`.
    ///
    /// - Throws: ``ShellError`` of code ``ShellError/Code/hostKey``.
    func hostKeys() throws(ShellError) -> [UInt8] {
        try Self.bytes(of: knownHosts, variable: "DEPLOYKIT_KNOWN_HOSTS", code: .hostKey, for: destination)
            + [UInt8(ascii: "\n")]
    }

    private static func bytes(
        of source: RuntimeSettings.SettingSource,
        variable: String,
        code: ShellError.Code,
        for destination: SSHDestination
    ) throws(ShellError) -> [UInt8] {
        switch source {
        case .text(let secret):
            return secret.bytes
        case .file(let path):
            do {
                let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
                return try file.closeAfter {
                    var bytes = [UInt8](repeating: 0, count: 1 << 20)
                    var count = 0
                    while case let read = try bytes.withUnsafeMutableBytes({
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                    }), read > 0 {
                        count += read
                    }
                    return Array(bytes.prefix(count))
                }
            } catch {
                throw ShellError(
                    code,
                    machine: "\(destination)",
                    message: "\(path) cannot be read: \(error). Set \(variable)_FILE to another file, or \(variable) "
                        + "to its text."
                )
            }
        }
    }
}
