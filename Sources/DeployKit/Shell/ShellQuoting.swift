/// Quoting for a POSIX shell: the one place where an argument vector becomes a line of text.
package enum ShellQuoting {
    /// The line that a POSIX shell splits into exactly these arguments.
    package static func line(_ arguments: [String]) -> String {
        arguments.map(quoted).joined(separator: " ")
    }

    /// One argument as a shell's word: as it is where that is safe, else in single quotes.
    package static func quoted(_ argument: String) -> String {
        if !argument.isEmpty, argument.utf8.allSatisfy(isPlain) { return argument }
        // By bytes: a quote and a combining mark after it are one character, and still a quote to a shell.
        let bytes = argument.utf8.flatMap { $0 == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [$0] }
        return "'" + String(decoding: bytes, as: UTF8.self) + "'"
    }

    /// Letters, digits and the punctuation that means nothing to a shell anywhere in a word.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"),
            UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "@"):
            true
        default:
            false
        }
    }
}
