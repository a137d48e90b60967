/// Takes secrets out of what is shown: themselves, each line of those that have several, and their encoded forms.
///
/// ```swift
/// var redactor = Redactor([Secret("hunter2hunter2")])
/// redactor.redact("no password hunter2hunter2") // "no password <redacted>"
/// ```
///
/// Base64 (wherever the secret stands in the encoded text, in both alphabets), percent-encoding, JSON, HTML and the
/// quotes of a shell are known. A secret of fewer than 6 bytes is left alone: it would be found within ordinary words.
public struct Redactor: Sendable {
    /// What stands where a secret was.
    public static let mark = "<redacted>"

    private var patterns: [SecretPattern] = []
    /// The patterns that can begin with a byte.
    private var starts: [[Int]] = Array(repeating: [], count: 256)
    private var known: Set<Secret> = []

    /// Makes a redactor of secrets.
    public init(_ secrets: some Sequence<Secret> = []) {
        learn(secrets)
    }

    /// Whether it knows no secret that it could find.
    public var isEmpty: Bool { patterns.isEmpty }

    /// Learns more secrets.
    public mutating func learn(_ secrets: some Sequence<Secret>) {
        let new = Set(secrets).subtracting(known)
        guard !new.isEmpty else { return }
        known.formUnion(new)
        let forms = new.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.of($1)) }
        for pattern in forms.subtracting(patterns.map(\.bytes)).map(SecretPattern.init) {
            for byte in pattern.firstBytes { starts[Int(byte)].append(patterns.count) }
            patterns.append(pattern)
        }
    }

    /// The text without the secrets.
    public func redact(_ text: String) -> String {
        guard !isEmpty else { return text }
        guard let redacted = Stream(self).redacted(Array(text.utf8), isLast: true) else { return text }
        return String(decoding: redacted.output, as: UTF8.self)
    }

    /// What of a text is a secret, from an index on: where that begins and ends, or where it may begin.
    fileprivate func firstMatch(in text: SecretPattern.Text, from: Int) -> (range: Range<Int>?, partial: Int) {
        var partial = text.bytes.count
        for start in from..<text.bytes.count {
            guard let end = end(in: text, at: start, partial: &partial) else { continue }
            // Secrets may overlap; no part of any of them may be left.
            var upper = end
            var index = start + 1
            while index < upper {
                if let other = self.end(in: text, at: index, partial: &partial) { upper = max(upper, other) }
                index += 1
            }
            return (start..<upper, partial)
        }
        return (nil, partial)
    }

    private func end(in text: SecretPattern.Text, at start: Int, partial: inout Int) -> Int? {
        var longest: Int?
        for index in starts[Int(text.bytes[start])] {
            switch patterns[index].match(in: text, at: start) {
            case .none: continue
            case .partial: partial = min(partial, start)
            case .full(let end): longest = max(longest ?? end, end)
            }
        }
        return longest
    }
}

extension Redactor {
    /// Redacts a text that comes in pieces, however the pieces are cut.
    ///
    /// What may be the beginning of a secret is held back until it is clear what it is.
    public struct Stream: Sendable {
        private let redactor: Redactor
        private var held: [UInt8] = []

        /// Makes a stream.
        public init(_ redactor: Redactor) {
            self.redactor = redactor
        }

        /// Takes in the next piece, and returns what can be shown.
        public mutating func append(_ piece: [UInt8]) -> [UInt8] {
            guard !redactor.isEmpty else { return piece }
            let text = held + piece
            guard let (output, rest) = redacted(text, isLast: false) else {
                held = []
                return text
            }
            held = rest
            return output
        }

        /// What was held back, at the end of the text.
        public mutating func finish() -> [UInt8] {
            defer { held = [] }
            return redacted(held, isLast: true)?.output ?? held
        }

        /// The text without secrets and what has to be held back; nil where both would be the text itself.
        fileprivate func redacted(_ text: [UInt8], isLast: Bool) -> (output: [UInt8], rest: [UInt8])? {
            var output: [UInt8] = []
            var index = 0
            while true {
                let (range, partial) = redactor.firstMatch(
                    in: SecretPattern.Text(bytes: text, isLast: isLast), from: index)
                let limit = isLast ? text.count : partial
                guard let range, range.upperBound <= limit || range.lowerBound < limit else {
                    if index == 0, limit == text.count { return nil }
                    return (output + text[index..<max(index, limit)], Array(text[max(index, limit)...]))
                }
                // A longer secret may begin within this one, or at the same place.
                if !isLast, limit < range.upperBound {
                    return (
                        output + text[index..<min(limit, range.lowerBound)],
                        Array(text[min(limit, range.lowerBound)...])
                    )
                }
                var lower = range.lowerBound
                // An escaped character loses its backslash with itself.
                while lower > index, text[lower - 1] == UInt8(ascii: "\\") { lower -= 1 }
                output += text[index..<lower] + Array(Redactor.mark.utf8)
                index = range.upperBound
            }
        }
    }
}
