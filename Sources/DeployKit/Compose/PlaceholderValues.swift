/// The values that a rendered project refers to by the names of variables.
struct PlaceholderValues {
    /// The values, by variable.
    private(set) var values: [String: Secret] = [:]
    /// The variables that are secrets by the name of what they are for.
    private(set) var confidential: Set<String> = []
    private var recent: [String: Secret] = [:]

    /// The values that were added since this was last asked.
    mutating func takeRecent() -> [String: Secret] {
        defer { recent = [:] }
        return recent
    }

    /// Keeps a value and returns what stands for it in the project.
    mutating func placeholder(for path: [String], value: String) -> JSONValue {
        let base = "DK_" + path.map(Self.sanitized).joined(separator: "_")
        var name = base
        var number = 2
        while let other = values[name], other.revealed != value {
            name = "\(base)_\(number)"
            number += 1
        }
        values[name] = Secret(value)
        if path.first == "secrets" || path.last.map(SecretName.isConfidential) == true { confidential.insert(name) }
        recent[name] = Secret(value)
        return .string("${\(name)}")
    }

    /// Keeps the value of a secret variable of the Compose file, whatever the key is called that it went into, and also
    /// where it is a part of a longer text: who has no such variable later has to know it all the same, to hide it.
    mutating func remember(_ variable: String, value: Secret) {
        let name = "DK_variable_" + Self.sanitized(variable)
        values[name] = value
        confidential.insert(name)
    }

    /// The text with everything that a variable's name cannot have turned into underscores.
    private static func sanitized(_ text: String) -> String {
        let bytes = text.utf8.map { byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isLetter || isDigit ? byte : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
