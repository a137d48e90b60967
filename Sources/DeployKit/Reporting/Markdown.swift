/// Text that others wrote, within a page of GitHub's Markdown.
public enum Markdown {
    /// A text as itself on one line, whatever it has of Markdown, HTML or a table.
    public static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~", "$", "@":
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            default:
                escaped.unicodeScalars.append(scalar.isShown ? scalar : " ")
            }
        }
    }

    /// Lines as they are, in a block of their own.
    public static func block(_ lines: [String], language: String = "text") -> String {
        let text = lines.joined(separator: "\n").shown
        // A fence that is longer than any in the text cannot end there.
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
        return "\(fence)\(language)\n\(text)\n\(fence)\n"
    }

    /// A table.
    ///
    /// - Parameters:
    ///   - headings: The headings, as Markdown.
    ///   - rows: The rows, as Markdown.
    /// - Returns: Some lines; empty without rows.
    public static func table(_ headings: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = [headings, headings.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    /// A link; the text alone where the address is none.
    public static func link(_ text: String, to address: String) -> String {
        let isSafe = address.hasPrefix("https://") || address.hasPrefix("http://")
        let isPlain = address.unicodeScalars.allSatisfy {
            $0.isASCII && $0.value > 0x20 && !"<>()[]\"`\\|".unicodeScalars.contains($0)
        }
        return isSafe && isPlain ? "[\(escaped(text))](\(address))" : escaped(text)
    }

    private static func longestRun(of character: Unicode.Scalar, in text: String) -> Int {
        var longest = 0
        var run = 0
        for scalar in text.unicodeScalars {
            run = scalar == character ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}

extension String {
    /// The text without what is not shown, or shown as something else than it is.
    fileprivate var shown: String {
        String(UnicodeScalarView(unicodeScalars.map { $0.isShown || $0 == "\n" || $0 == "\t" ? $0 : " " }))
    }
}

extension Unicode.Scalar {
    /// Whether a person sees it: no control character, none that turns the direction of others around.
    fileprivate var isShown: Bool {
        properties.generalCategory != .control && !(0x202A...0x202E).contains(value)
            && !(0x2066...0x2069).contains(value)
    }
}
