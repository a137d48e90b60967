/// Why a text is not JSON.
public struct JSONError: Error, Sendable, Hashable {
    /// The position in bytes where it ceases to be.
    public var offset: Int
    /// What is wrong there.
    public var reason: String
}

extension JSONValue {
    /// Reads JSON.
    public init(parsing text: String) throws(JSONError) {
        var parser = JSONParser(bytes: Array(text.utf8))
        self = try parser.parse()
    }
}

/// Reads JSON as RFC 8259 has it, byte by byte; a project of a thousand services takes milliseconds.
private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func parse() throws(JSONError) -> JSONValue {
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw error("unexpected text after the value") }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let byte = peek else { throw error("unexpected end") }
        switch byte {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        default: return try parseNumber()
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < 512 else { throw error("nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        position += 1
        return try parse(&self)
    }

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a key was expected") }
            let key = try parseString()
            guard take(UInt8(ascii: ":")) else { throw error("“:” was expected") }
            members[key] = try parseValue()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("“}” was expected") }
        return .object(members)
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat { elements.append(try parseValue()) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("“]” was expected") }
        return .array(elements)
    }

    private mutating func parseString() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            position += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            text += try parseEscape().utf8
        }
        guard peek != nil else { throw error("a string has no end") }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func parseEscape() throws(JSONError) -> String {
        guard let byte = peek else { throw error("a string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "u"): return try parseUnicode()
        default: throw error("an unknown escape")
        }
    }

    private mutating func parseUnicode() throws(JSONError) -> String {
        var units = [try parseUnit()]
        if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            position += 2
            units.append(try parseUnit())
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func parseUnit() throws(JSONError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw error("four hexadecimal digits were expected")
        }
        position += 4
        return unit
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        while let byte = peek, Self.isPartOfNumber(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            position = start
            throw error("not a value")
        }
        return .double(number)
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("not a value") }
        position += word.utf8.count
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private func error(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }
}
