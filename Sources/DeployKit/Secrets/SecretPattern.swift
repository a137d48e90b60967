/// One text to be found, however it is escaped: as it is, percent-encoded, within JSON or a string of a program, in
/// the quotes of a shell, in HTML.
///
/// Reading by one walk over the text knows every mixture of these, at any depth of quoting, where a list of encoded
/// texts would miss some.
struct SecretPattern: Sendable, Hashable {
    /// The text.
    let bytes: [UInt8]

    /// What there is at a place of a text.
    enum Match: Sendable, Hashable {
        /// Something else.
        case none
        /// The beginning of the pattern, up to the end of the text.
        case partial
        /// The pattern, up to an index.
        case full(end: Int)
    }

    /// The bytes with which a form of the pattern can begin.
    var firstBytes: Set<UInt8> {
        guard let first = bytes.first else { return [] }
        var found: Set<UInt8> = [first, UInt8(ascii: "%")]
        if !first.isWord { found.formUnion("\\&".utf8) }
        if first == UInt8(ascii: " ") { found.insert(UInt8(ascii: "+")) }
        return found
    }

    /// A text, and whether there is more of it to come.
    struct Text: Sendable {
        var bytes: [UInt8]
        var isLast: Bool

        fileprivate subscript(index: Int) -> UInt8 { bytes[index] }
        fileprivate subscript(range: PartialRangeFrom<Int>) -> ArraySlice<UInt8> { bytes[range] }
        fileprivate subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }
        fileprivate var count: Int { bytes.count }

        /// Whether a code stands at an index; nil where only what comes next can tell.
        fileprivate func has(_ code: [UInt8], at index: Int) -> Bool? {
            let rest = bytes[min(index, bytes.count)...]
            if rest.starts(with: code) { return true }
            return !isLast && rest.count < code.count && code.starts(with: rest) ? nil : false
        }

        /// How often a byte follows; nil where only what comes next can tell.
        fileprivate func run(of byte: UInt8, at index: Int) -> Int? {
            var end = index
            while end < bytes.count, bytes[end] == byte { end += 1 }
            return end == bytes.count && !isLast ? nil : end - index
        }
    }

    /// Looks for the pattern at an index of a text.
    func match(in text: Text, at start: Int) -> Match {
        var index = start
        var position = 0
        while position < bytes.count {
            guard index < text.count else { return .partial }
            let step = step(position, text, index)
            guard step.length > 0 else { return step.isCut ? .partial : .none }
            position += step.consumed
            index += step.length
        }
        return .full(end: index)
    }

    /// How far one byte of the pattern reaches in the text.
    private struct Step {
        var length: Int
        var consumed = 1
        /// Whether the text ended within it.
        var isCut = false

        static let none = Step(length: 0)
        static let cut = Step(length: 0, isCut: true)
    }

    private func step(_ position: Int, _ text: Text, _ index: Int) -> Step {
        let byte = bytes[position]
        let found = text[index]
        switch found {
        case UInt8(ascii: "\\"): return escaped(position, text, index)
        case byte:
            guard let isEncoded = isEncodedItself(position, text, index) else { return .cut }
            if !isEncoded { return plain(position, text, index) }
            return byte == UInt8(ascii: "%") ? percent(byte, text, index) : entity(byte, text, index)
        case UInt8(ascii: "%"): return percent(byte, text, index)
        case UInt8(ascii: "&"): return entity(byte, text, index)
        case UInt8(ascii: "+") where byte == UInt8(ascii: " "): return Step(length: 1)
        case UInt8(ascii: "\r") where byte == UInt8(ascii: "\n"):
            guard let isLine = text.has([byte], at: index + 1) else { return .cut }
            return isLine ? indented(2, position, text, index) : .none
        default: return .none
        }
    }

    /// Whether a `%` or `&` in the text is an encoded one: `%25`, `&amp;`; nil where only what comes next can tell.
    private func isEncodedItself(_ position: Int, _ text: Text, _ index: Int) -> Bool? {
        let code: [UInt8]
        switch bytes[position] {
        case UInt8(ascii: "%"): code = Array("25".utf8)
        case UInt8(ascii: "&"): code = Array("amp;".utf8)
        default: return false
        }
        if bytes[(position + 1)...].starts(with: code) { return false }
        return text.has(code, at: index + 1)
    }

    /// A byte that stands for itself, with what quoting adds after it.
    private func plain(_ position: Int, _ text: Text, _ index: Int) -> Step {
        switch bytes[position] {
        case UInt8(ascii: "\n"): return indented(1, position, text, index)
        // Compose writes each dollar sign twice.
        case UInt8(ascii: "$"): return doubled(position, text, index)
        case UInt8(ascii: "'"): return quoted(position, text, index)
        default: return Step(length: 1)
        }
    }

    /// A byte that may stand twice where it is meant once.
    private func doubled(_ position: Int, _ text: Text, _ index: Int) -> Step {
        if follows(bytes[position], position) { return Step(length: 1) }
        guard let isDoubled = text.has([bytes[position]], at: index + 1) else { return .cut }
        return Step(length: isDoubled ? 2 : 1)
    }

    /// A single quote: within its own kind, a shell wants `'\''`, with more backslashes in JSON, or `'"'"'`; SQL wants
    /// `''`.
    private func quoted(_ position: Int, _ text: Text, _ index: Int) -> Step {
        guard let slashes = text.run(of: UInt8(ascii: "\\"), at: index + 1) else { return .cut }
        if slashes > 0 {
            guard let isQuoted = text.has(Array("''".utf8), at: index + 1 + slashes) else { return .cut }
            if isQuoted { return Step(length: 1 + slashes + 2) }
        }
        guard let isQuoted = text.has(Array(#""'"'"#.utf8), at: index + 1) else { return .cut }
        return isQuoted ? Step(length: 5) : doubled(position, text, index)
    }

    private func follows(_ byte: UInt8, _ position: Int) -> Bool {
        position + 1 < bytes.count && bytes[position + 1] == byte
    }

    /// The end of a line, of so many bytes, with the white space by which a report indents the next one.
    private func indented(_ length: Int, _ position: Int, _ text: Text, _ index: Int) -> Step {
        if follows(UInt8(ascii: " "), position) { return Step(length: length) }
        guard let spaces = text.run(of: UInt8(ascii: " "), at: index + length) else { return .cut }
        return Step(length: length + spaces)
    }

    /// What stands behind backslashes; as many as there are, for JSON within JSON doubles them.
    private func escaped(_ position: Int, _ text: Text, _ index: Int) -> Step {
        let byte = bytes[position]
        let slash = UInt8(ascii: "\\")
        guard let slashes = text.run(of: slash, at: index) else { return .cut }
        if byte == slash {
            let wanted = bytes[position...].prefix { $0 == slash }.count
            return slashes >= wanted ? Step(length: slashes, consumed: wanted) : .none
        }
        let end = index + slashes
        guard end < text.count else { return .none }
        switch text[end] {
        case UInt8(ascii: "u"): return hexadecimal(byte, text, index, digits: end + 1..<end + 5)
        case UInt8(ascii: "x"): return hexadecimal(byte, text, index, digits: end + 1..<end + 3)
        case UInt8(ascii: "n") where byte == UInt8(ascii: "\n"):
            return indented(slashes + 1, position, text, index)
        case UInt8(ascii: "r") where byte == UInt8(ascii: "\r"), UInt8(ascii: "t") where byte == UInt8(ascii: "\t"),
            UInt8(ascii: "b") where byte == 8, UInt8(ascii: "f") where byte == 12:
            return Step(length: slashes + 1)
        case byte where !byte.isWord: return Step(length: slashes + 1)
        default: return .none
        }
    }

    private func percent(_ byte: UInt8, _ text: Text, _ index: Int) -> Step {
        hexadecimal(byte, text, index, digits: index + 1..<index + 3)
    }

    private func hexadecimal(_ byte: UInt8, _ text: Text, _ index: Int, digits: Range<Int>) -> Step {
        let found = text[min(digits.lowerBound, text.count)..<min(digits.upperBound, text.count)]
        var wanted = Array(String(byte, radix: 16).utf8)
        while wanted.count < digits.count { wanted.insert(UInt8(ascii: "0"), at: 0) }
        guard found.elementsEqual(wanted.prefix(found.count), by: { $0 == $1 || $0 | 0x20 == $1 }) else { return .none }
        return found.count == digits.count ? Step(length: digits.upperBound - index) : .cut
    }

    private func entity(_ byte: UInt8, _ text: Text, _ index: Int) -> Step {
        let names: [String]
        switch byte {
        case UInt8(ascii: "&"): names = ["amp;"]
        case UInt8(ascii: "<"): names = ["lt;"]
        case UInt8(ascii: ">"): names = ["gt;"]
        case UInt8(ascii: "\""): names = ["quot;", "#34;"]
        case UInt8(ascii: "'"): names = ["apos;", "#39;", "#x27;"]
        default: return .none
        }
        for name in names.map({ Array($0.utf8) }) {
            guard let isThere = text.has(name, at: index + 1) else { return .cut }
            if isThere { return Step(length: 1 + name.count) }
        }
        return .none
    }
}

extension UInt8 {
    /// Whether it is a letter or a digit.
    fileprivate var isWord: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}
