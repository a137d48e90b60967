/// Cuts a stream of bytes into lines, wherever the pieces that arrive begin and end.
///
/// A line ends with a newline; a carriage return before it is dropped. A line longer than ``longestLine`` is handed
/// on in pieces, so that output without newlines takes no memory.
struct LineSplitter {
    /// 1 MiB.
    static let longestLine = 1 << 20

    private var rest: [UInt8] = []

    /// Takes in a piece and returns the lines that it completes.
    mutating func append(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        var remaining = bytes[...]
        while let newline = remaining.firstIndex(of: UInt8(ascii: "\n")) {
            rest += remaining[..<newline]
            lines.append(takeRest())
            remaining = remaining[(newline + 1)...]
        }
        rest += remaining
        if rest.count >= Self.longestLine { lines.append(takeRest()) }
        return lines
    }

    /// The last line, where it has no newline.
    mutating func finish() -> String? { rest.isEmpty ? nil : takeRest() }

    private mutating func takeRest() -> String {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}
