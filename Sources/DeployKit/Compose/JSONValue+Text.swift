extension JSONValue {
    /// The value as JSON text: keys in order, two spaces a level, a line feed at the end.
    ///
    /// Equal values give equal texts.
    public var prettyText: String {
        var text = ""
        write(to: &text, indentation: "\n")
        return text + "\n"
    }

    /// The value as JSON text in one line: keys in order, no white space.
    public var compactText: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    private func write(to text: inout String, indentation: String?) {
        switch self {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .integer(let number): text += String(number)
        case .double(let number): text += String(number)
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            Self.write(elements, between: ("[", "]"), to: &text, indentation: indentation) { element, text, inner in
                element.write(to: &text, indentation: inner)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            Self.write(sorted, between: ("{", "}"), to: &text, indentation: indentation) { member, text, inner in
                Self.write(member.key, to: &text)
                text += inner == nil ? ":" : ": "
                member.value.write(to: &text, indentation: inner)
            }
        }
    }

    private static func write<Part>(
        _ parts: [Part],
        between brackets: (String, String),
        to text: inout String,
        indentation: String?,
        _ writePart: (Part, inout String, String?) -> Void
    ) {
        text += brackets.0
        let inner = indentation.map { $0 + "  " }
        for (index, part) in parts.enumerated() {
            text += index == 0 ? "" : ","
            text += inner ?? ""
            writePart(part, &text, inner)
        }
        text += parts.isEmpty ? "" : indentation ?? ""
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar == "\u{feff}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
