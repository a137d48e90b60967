internal import DeployKit

/// An error in words: what happened, the evidence, what serves, what to type next.
enum ErrorText {
    /// Renders an error.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - command: The executable's name.
    /// - Returns: Some lines, the last one ended.
    static func render(_ error: DeployError, command: String) -> String {
        var lines = ["\(command): \(error.message)"]
        lines += error.evidence.map { "  \($0)" }
        if !error.serving.isEmpty { lines.append("Now: \(error.serving).") }
        if !error.next.isEmpty { lines.append("Next: \(error.next)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
