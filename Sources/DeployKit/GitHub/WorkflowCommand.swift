/// A line that GitHub's runner takes as a command: a group, an annotation, a mask.
///
/// Source: "Workflow commands for GitHub Actions" in GitHub's documentation, and how the runner reads a line.
public struct WorkflowCommand: Sendable, Hashable {
    /// How bad what an annotation says is.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// It stops something.
        case error
        /// A person should look at it.
        case warning
        /// It is good to know.
        case notice
    }

    private struct Property: Sendable, Hashable {
        var name: String
        var value: String
    }

    private var name: String
    private var properties: [Property] = []
    private var data: String

    private init(_ name: String, data: String = "") {
        self.name = name
        self.data = data
    }

    /// Begins a group of lines that is shown folded.
    public static func group(_ title: String) -> WorkflowCommand { WorkflowCommand("group", data: title) }

    /// Ends the group.
    public static let endGroup = WorkflowCommand("endgroup")

    /// Shows a message at the run, and at a line of a file of the commit.
    ///
    /// - Parameters:
    ///   - level: How bad it is.
    ///   - message: The message; several lines are kept.
    ///   - title: Its heading; empty for none.
    ///   - file: The file, relative to the repository's root; nil for none.
    ///   - line: The line, from 1; nil for none.
    /// - Returns: The command.
    public static func annotation(
        _ level: Level, _ message: String, title: String = "", file: String? = nil, line: Int? = nil
    ) -> WorkflowCommand {
        var command = WorkflowCommand(level.rawValue, data: message)
        if let file { command.properties.append(Property(name: "file", value: file)) }
        if let line { command.properties.append(Property(name: "line", value: "\(line)")) }
        if !title.isEmpty { command.properties.append(Property(name: "title", value: title)) }
        return command
    }

    /// Lets the runner show `***` in the place of a text, from then on and in all later steps of the job.
    ///
    /// The line has the text itself: it is for the runner's pipe only.
    package static func mask(_ secret: Secret) -> WorkflowCommand {
        WorkflowCommand("add-mask", data: secret.revealed)
    }

    /// The line, ended.
    public var line: String {
        let list = properties.map { "\($0.name)=\(Self.escaped($0.value, Self.inProperty))" }.joined(separator: ",")
        return "::\(name)\(list.isEmpty ? "" : " \(list)")::\(Self.escaped(data, Self.inData))\n"
    }

    private static let inData: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]
    private static let inProperty = inData.merging([":": "%3A", ",": "%2C"]) { $1 }

    private static func escaped(_ text: String, _ forms: [Unicode.Scalar: String]) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            if let form = forms[scalar] { escaped += form } else { escaped.unicodeScalars.append(scalar) }
        }
    }
}

extension WorkflowCommand {
    /// A text in which the runner finds no command, whoever wrote it: `::` at the beginning of a line and `##[`
    /// anywhere get a space in between.
    ///
    /// A container's log could otherwise mask words, raise errors, or switch commands off.
    public static func harmless(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        /// How many colons stand at the beginning of the line, behind nothing but blanks; nil once it has other text.
        var colons: Int? = 0
        var hashes = 0
        for scalar in text.unicodeScalars {
            if scalar == "[", hashes >= 2 { output.append(" ") }
            hashes = scalar == "#" ? hashes + 1 : 0
            if scalar == "\n" || scalar == "\r" {
                colons = 0
            } else if scalar == ":", let count = colons {
                if count == 1 { output.append(" ") }
                colons = count == 1 ? nil : count + 1
            } else if colons != 0 || !scalar.isBlank {
                colons = nil
            }
            output.append(scalar)
        }
        return String(output)
    }
}

extension Unicode.Scalar {
    /// Whether the runner does not see it at the beginning of a line.
    fileprivate var isBlank: Bool {
        properties.isWhitespace || [.control, .format].contains(properties.generalCategory)
    }
}
