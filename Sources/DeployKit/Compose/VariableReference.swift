/// A variable that a text of the Compose file refers to: `$NAME`, `${NAME}`, `${NAME:-default}`.
public struct VariableReference: Sendable, Hashable {
    /// The variable.
    public var name: String
    /// Whether the reference says what stands there when the variable is not set.
    public var hasDefault: Bool

    /// The references in a text as Compose reads it, those inside of defaults included; `$$` is a dollar sign.
    static func references(in text: String) -> [VariableReference] {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        return scanner.scan()
    }

    /// Whether the variable's name says that its value is for nobody's eyes.
    var isConfidential: Bool {
        let words = [
            "pass", "secret", "token", "key", "credential", "private", "salt", "auth", "dsn", "pwd", "jwt",
            "webhook", "cookie",
        ]
        let lowercased = name.lowercased()
        return words.contains { lowercased.contains($0) }
    }
}

extension VariableReference {
    /// Reads bytes, as Compose does: a `$` before a combining mark is no character of its own.
    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func scan() -> [VariableReference] {
            var found: [VariableReference] = []
            while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
                rest = rest[dollar...].dropFirst()
                switch rest.first {
                case UInt8(ascii: "$"): rest = rest.dropFirst()
                case UInt8(ascii: "{"):
                    rest = rest.dropFirst()
                    found += scanBraces()
                default:
                    if let name = takeName() { found.append(VariableReference(name: name, hasDefault: false)) }
                }
            }
            return found
        }

        /// What is between `${` and its `}`.
        private mutating func scanBraces() -> [VariableReference] {
            guard let name = takeName() else { return [] }
            let content = takeUntilClosingBrace()
            let operation = content.first == UInt8(ascii: ":") ? content.dropFirst() : content
            let hasDefault = operation.first == UInt8(ascii: "-") || operation.first == UInt8(ascii: "+")
            var inner = Scanner(rest: operation.dropFirst())
            return [VariableReference(name: name, hasDefault: hasDefault)] + inner.scan()
        }

        private mutating func takeName() -> String? {
            let name = rest.prefix { byte in
                byte == UInt8(ascii: "_") || Self.isDigit(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
            guard let first = name.first, !Self.isDigit(first) else { return nil }
            rest = rest[name.endIndex...]
            return String(decoding: name, as: UTF8.self)
        }

        private mutating func takeUntilClosingBrace() -> ArraySlice<UInt8> {
            var depth = 1
            let end = rest.firstIndex { byte in
                if byte == UInt8(ascii: "{") { depth += 1 }
                if byte == UInt8(ascii: "}") { depth -= 1 }
                return depth == 0
            }
            let content = rest[..<(end ?? rest.endIndex)]
            rest = rest[content.endIndex...].dropFirst()
            return content
        }

        private static func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
