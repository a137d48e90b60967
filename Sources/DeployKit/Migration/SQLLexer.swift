/// Reads the words and signs of a file of SQL; comments and white space are left out.
struct SQLLexer {
    private let bytes: [UInt8]
    private(set) var position = 0
    private var line = 1
    /// What began and never ended, with its line.
    private(set) var unterminated: (what: String, line: Int)?

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A part of the file.
    func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    /// The next word or sign; nil at the end.
    mutating func next() -> SQLToken? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        let start = position
        let startLine = line
        let (kind, text) = read(bytes[position])
        return SQLToken(kind: kind, text: text, line: startLine, lastLine: line, offset: start)
    }

    private mutating func read(_ byte: UInt8) -> (SQLToken.Kind, String) {
        switch byte {
        case UInt8(ascii: "'"):
            // `E'…'`, and nothing else, has backslashes that escape.
            return (.string, quoted(byte, hasEscapes: isAfterEscapeSign))
        case UInt8(ascii: "\""):
            return (.quotedName, quoted(byte, hasEscapes: false))
        case UInt8(ascii: "$"):
            if let tag = dollarTag { return (.body, dollarQuoted(tag)) }
        case _ where Self.isWord(byte):
            let start = position
            while position < bytes.count, Self.isWord(bytes[position]) || bytes[position] == UInt8(ascii: "$") {
                position += 1
            }
            return (.word, text(from: start, to: position))
        default: break
        }
        advance()
        return (.symbol, String(decoding: [byte], as: UTF8.self))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private var isAfterEscapeSign: Bool {
        guard position > 0, bytes[position - 1] | 0x20 == UInt8(ascii: "e") else { return false }
        return position < 2 || !Self.isWord(bytes[position - 2])
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private func starts(_ text: StaticString) -> Bool {
        bytes[position...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            if [0x20, 0x09, 0x0A, 0x0D, 0x0C, 0x0B].contains(bytes[position]) {
                advance()
            } else if starts("--") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { advance() }
            } else if starts("/*") {
                skipComment()
            } else {
                return
            }
        }
    }

    /// A comment, and those within it.
    private mutating func skipComment() {
        let start = line
        var depth = 0
        repeat {
            guard position < bytes.count else { return unterminated = ("a comment", start) }
            if starts("/*") {
                depth += 1
                position += 2
            } else if starts("*/") {
                depth -= 1
                position += 2
            } else {
                advance()
            }
        } while depth > 0
    }

    private mutating func quoted(_ quote: UInt8, hasEscapes: Bool) -> String {
        let startLine = line
        advance()
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote {
                advance()
                // Doubled, it stands for itself.
                guard position < bytes.count, bytes[position] == quote else {
                    return String(decoding: content, as: UTF8.self)
                }
            } else if hasEscapes, byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                advance()
            }
            content.append(bytes[position])
            advance()
        }
        unterminated = (quote == UInt8(ascii: "'") ? "a text in quotes" : "a name in quotes", startLine)
        return String(decoding: content, as: UTF8.self)
    }

    /// `$$` or `$tag$` at the position; nil for the number of a parameter.
    private var dollarTag: [UInt8]? {
        var end = position + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return nil }
        let isNumber = end > position + 1 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position + 1])
        return isNumber ? nil : Array(bytes[position...end])
    }

    private mutating func dollarQuoted(_ tag: [UInt8]) -> String {
        let startLine = line
        position += tag.count
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "$"), bytes[position...].starts(with: tag) {
                let body = text(from: start, to: position)
                position += tag.count
                return body
            }
            advance()
        }
        unterminated = ("a text in dollar quotes", startLine)
        return text(from: start, to: position)
    }
}
