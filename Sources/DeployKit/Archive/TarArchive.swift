/// A tar archive, in memory: the format that POSIX calls `ustar`, with `pax` headers for long names.
///
/// The same entries always give the same bytes: everything belongs to root and was changed on 1 January 2000.
package struct TarArchive: Sendable {
    /// The archive so far, without its end.
    private var blocks: [UInt8] = []

    /// 1 January 2000: an older time makes tar warn.
    private static let modified = 946_684_800

    /// Makes an empty archive.
    package init() {}

    /// Adds a file.
    ///
    /// - Parameters:
    ///   - path: Where it goes, relative, with `/` between the names.
    ///   - bytes: What is in it; less than 8 GiB.
    ///   - mode: Its permissions.
    package mutating func addFile(_ path: String, _ bytes: [UInt8], mode: Int = 0o644) {
        add(path, kind: "0", mode: mode, content: bytes)
    }

    /// Adds a directory; the files in it come after it.
    package mutating func addDirectory(_ path: String, mode: Int = 0o755) {
        add(path.hasSuffix("/") ? path : path + "/", kind: "5", mode: mode)
    }

    /// Adds a symbolic link.
    package mutating func addSymbolicLink(_ path: String, to target: String) {
        add(path, kind: "2", mode: 0o777, link: target)
    }

    /// The whole archive: its entries, and two blocks of zeros.
    package var bytes: [UInt8] { blocks + [UInt8](repeating: 0, count: 1024) }

    private mutating func add(_ path: String, kind: Character, mode: Int, link: String = "", content: [UInt8] = []) {
        var records: [UInt8] = []
        if path.utf8.count > 100 { records += Self.record("path", path) }
        if link.utf8.count > 100 { records += Self.record("linkpath", link) }
        if !records.isEmpty {
            blocks += Self.header("pax", kind: "x", mode: 0o644, link: "", size: records.count) + Self.padded(records)
        }
        blocks += Self.header(path, kind: kind, mode: mode, link: link, size: content.count) + Self.padded(content)
    }

    private static func header(_ path: String, kind: Character, mode: Int, link: String, size: Int) -> [UInt8] {
        var header: [UInt8] = []
        func text(_ text: String, _ width: Int) {
            let bytes = text.utf8.prefix(width)
            header += bytes
            header += [UInt8](repeating: 0, count: width - bytes.count)
        }
        func octal(_ number: Int, _ width: Int) {
            let digits = String(number, radix: 8)
            text(String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits, width)
        }
        text(path, 100)
        octal(mode, 8)
        octal(0, 8)
        octal(0, 8)
        octal(size, 12)
        octal(modified, 12)
        text("        ", 8)
        text(String(kind), 1)
        text(link, 100)
        text("ustar", 6)
        text("00", 2)
        text("root", 32)
        text("root", 32)
        octal(0, 8)
        octal(0, 8)
        text("", 167)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        let digits = String(repeating: "0", count: 6 - sum.count) + sum
        header.replaceSubrange(148..<156, with: Array(digits.utf8) + [0, UInt8(ascii: " ")])
        return header
    }

    /// A pax record: `LENGTH KEY=VALUE\n`, where the length counts itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    private static func padded(_ content: [UInt8]) -> [UInt8] {
        content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}
