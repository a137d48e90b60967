/// Something that a gate found, at its place.
public struct GateFinding: Sendable, Hashable, Codable {
    /// How much it weighs.
    public enum Severity: String, Sendable, Hashable, Codable {
        /// The gate fails for it.
        case error
        /// Somebody should look.
        case warning
        /// Worth knowing.
        case note
    }

    /// The file, relative to the project's folder; empty where it has no place.
    public var file: String
    /// The line, from 1; 0 where none is known.
    public var line: Int
    /// The column, from 1; 0 where none is known.
    public var column: Int
    /// The rule that was broken: `clippy::needless_return`, `banned`.
    public var rule: String
    /// What is the matter.
    public var message: String
    /// How much it weighs.
    public var severity: Severity

    /// Makes a finding.
    public init(
        _ severity: Severity = .error, file: String = "", line: Int = 0, column: Int = 0, rule: String,
        _ message: String
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.rule = rule
        self.message = message
        self.severity = severity
    }

    /// The place as compilers write it: `api/src/main.rs:3:5`; empty where it has none.
    public var place: String {
        file.isEmpty ? "" : file + (line > 0 ? ":\(line)" + (column > 0 ? ":\(column)" : "") : "")
    }
}
