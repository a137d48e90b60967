/// What a script printed in parts, each after a line of a boundary and the part's name.
///
/// The boundary is random, so nothing that a file or a log says can pass for one.
struct Sections: Sendable, Hashable {
    /// The parts in their order.
    let parts: [Part]

    /// One part of an output.
    struct Part: Sendable, Hashable {
        /// The words after the boundary.
        var name: String
        /// What followed, without the newlines at its end.
        var text: String
    }

    /// Takes an output apart; what comes before the first boundary is left out.
    init(_ output: String, boundary: String) {
        // By bytes: to Swift, a carriage return before a newline is one character with it.
        let prefix = Array("\(boundary) ".utf8)
        var parts: [(name: String, lines: [Substring.UTF8View])] = []
        for line in output.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: prefix) {
                parts.append((String(Substring(line.dropFirst(prefix.count))), []))
            } else if !parts.isEmpty {
                parts[parts.count - 1].lines.append(Substring(line).utf8)
            }
        }
        self.parts = parts.map { name, lines in
            let trimmed = lines.reversed().drop(while: \.isEmpty).reversed()
            return Part(name: name, text: trimmed.map { String(Substring($0)) }.joined(separator: "\n"))
        }
    }

    /// The text of a part; empty when there is none.
    subscript(name: String) -> String {
        parts.first { $0.name == name }?.text ?? ""
    }

    /// The texts of the parts whose name begins with a word, by the rest of the name, in their order.
    func all(_ word: String) -> [(name: String, text: String)] {
        let prefix = word + " "
        return parts.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.text) }
    }

    /// A boundary that no output holds.
    static func makeBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in String(generator.next() as UInt64, radix: 16) }.joined()
    }
}
