/// Where in a Compose file variables stand: each text with references, by its path.
public struct VariableReferences: Sendable, Hashable {
    /// The way to a value: `["services", "api", "environment", "DB_URL"]`.
    typealias Path = [String]

    /// The references of each text that has any.
    private(set) var byPath: [Path: [VariableReference]] = [:]
    /// Whether Compose printed the file without interpolation, so that this knows all references.
    let isComplete: Bool

    /// Finds the references in what `config --no-interpolate` printed.
    init(of uninterpolated: JSONValue?) {
        self.isComplete = uninterpolated != nil
        if let uninterpolated { collect(uninterpolated, at: []) }
    }

    /// The references in the text at a path, or in the text that Compose made the value of.
    ///
    /// A command that is written as one text is a list once it is interpolated; then the whole text counts.
    func references(at path: Path) -> [VariableReference] {
        for length in stride(from: path.count, to: 0, by: -1) {
            if let found = byPath[Array(path.prefix(length))] { return found }
        }
        return []
    }

    /// The variables whose names say that they are secrets.
    var confidentialVariables: Set<String> {
        Set(byPath.values.flatMap { $0 }.map(\.name).filter(SecretName.isConfidential))
    }

    /// The paths of the texts that refer to a variable, in order.
    func paths(of variable: String) -> [Path] {
        byPath.filter { $0.value.contains { $0.name == variable && !$0.hasDefault } }.keys
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    private mutating func collect(_ value: JSONValue, at path: Path) {
        switch value {
        case .string(let text):
            let references = VariableReference.references(in: text)
            if !references.isEmpty { byPath[path] = references }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                collect(element, at: path + [Self.key(of: element, at: index, in: path)])
            }
        case .object(let members):
            for (key, member) in members { collect(member, at: path + [key]) }
        case .null, .bool, .integer, .double: break
        }
    }

    /// The key that an element of a list gets once Compose has made a map of the list: `NAME` of `NAME=value`.
    private static func key(of element: JSONValue, at index: Int, in path: Path) -> String {
        let maps: Set = ["environment", "labels", "args", "annotations", "sysctls", "extra_hosts"]
        guard let last = path.last, maps.contains(last), let text = element.string,
            let key = text.split(separator: "=", maxSplits: 1).first
        else { return String(index) }
        return String(key)
    }
}
