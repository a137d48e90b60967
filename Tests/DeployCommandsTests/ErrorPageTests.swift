import FoundationEssentials
import Testing

/// The page of errors shows what the sources say, and the sources say what comes next.
struct ErrorPageTests {
    private static let package = String(#filePath.dropLast("Tests/DeployCommandsTests/ErrorPageTests.swift".count))

    private static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: package + path)), as: UTF8.self)
    }

    /// Every error that is made in the sources, with its file.
    private static func errors() throws -> [(file: String, error: ErrorInSource)] {
        try ["Sources/DeployKit", "Sources/DeployCommands"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: package + folder).filter { $0.hasSuffix(".swift") }
                .flatMap { file in
                    let path = "\(folder)/\(file)"
                    return ErrorInSource.all(in: try text(of: path)).map { (path, $0) }
                }
        }
    }

    @Test func `every error is on the page, and what comes next is as well`() throws {
        let lines = try Self.text(of: "docs/errors.md").split(separator: "\n").map(String.init)
        let errors = try Self.errors()
        #expect(errors.count > 100)
        for (file, error) in errors {
            for words in error.message + error.next where !words.isEmpty {
                #expect(lines.contains { words.isShown(in: $0) }, "the page does not show what \(file) says: \(words)")
            }
        }
    }

    @Test func `every error has a next command, or a rollout adds one`() throws {
        // A rollout says what serves and what comes next; a run that was cancelled as well.
        let completed: Set = ["unhealthy", "rolledBack", "cancelled"]
        for (file, error) in try Self.errors() where !completed.contains(error.code) {
            #expect(error.hasNext, "\(file): \(error.message)")
        }
    }

    @Test func `an error is found in a source, with what it puts in its words left open`() throws {
        let source = #"""
            // DeployError(.gate, "a comment")
            throw DeployError(
                .refused, isOne ? "“\(name(of: "x", at: [1]))” is \"odd\"" : "two are " + "odd",
                evidence: ["left out"], next: "Mend \(name).")
            """#
        let error = try #require(ErrorInSource.all(in: source).first)
        #expect(ErrorInSource.all(in: source).count == 1)
        #expect(error.code == "refused" && error.hasNext)
        #expect(error.message == [["“", "” is \"odd\""], ["two are "], ["odd"]])
        #expect(error.next == [["Mend ", "."]])
        #expect(["“", "” is"].isShown(in: "`“v 9” is odd`") && !["is", "“"].isShown(in: "`“v 9” is odd`"))
    }
}

/// An error as a source makes it: each text literal in the pieces between what is put into it.
private struct ErrorInSource {
    var code: String
    var message: [[String]] = []
    var next: [[String]] = []
    var hasNext = false

    static func all(in source: String) -> [ErrorInSource] {
        let code = source.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }.joined(separator: "\n")
        return code.ranges(of: "DeployError(").compactMap { range in
            var reader = SourceReader(rest: code[range.upperBound...])
            return ErrorInSource(reader.arguments())
        }
    }

    private init?(_ arguments: [(text: String, literals: [[String]])]) {
        guard arguments.count > 1, arguments[0].text.hasPrefix(".") else { return nil }
        code = String(arguments[0].text.dropFirst())
        message = arguments[1].literals
        for argument in arguments where argument.text.hasPrefix("next:") {
            next = argument.literals
            hasNext = true
        }
    }
}

/// Reads the arguments of a call in Swift.
private struct SourceReader {
    var rest: Substring

    /// The arguments up to the parenthesis that ends them: their text without literals, and the literals.
    mutating func arguments() -> [(text: String, literals: [[String]])] {
        var all: [(text: String, literals: [[String]])] = []
        var current: (text: String, literals: [[String]]) = ("", [])
        var depth = 1
        while depth > 0, let character = rest.popFirst() {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if character == "\"" {
                current.literals.append(literal())
            } else if depth == 0 || depth == 1 && character == "," {
                all.append(current)
                current = ("", [])
            } else if !character.isWhitespace {
                current.text.append(character)
            }
        }
        return all
    }

    /// The pieces of a literal whose first quote was read.
    private mutating func literal() -> [String] {
        var pieces = [""]
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\", let escaped = rest.popFirst() else {
                pieces[pieces.count - 1].append(character)
                continue
            }
            if escaped == "(" {
                _ = arguments()
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(escaped)
            }
        }
        return pieces
    }
}

extension [String] {
    /// Whether a line has all pieces, one after the other.
    fileprivate func isShown(in line: String) -> Bool {
        var rest = line[...]
        for piece in self {
            guard let range = rest.firstRange(of: piece) else {
                if piece.isEmpty { continue }
                return false
            }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
