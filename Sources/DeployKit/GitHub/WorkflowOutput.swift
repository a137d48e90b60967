/// A value that a step hands to later ones, through the file that `GITHUB_OUTPUT` names.
public struct WorkflowOutput: Sendable, Hashable {
    /// The name: letters, digits and underscores.
    public var name: String
    /// The value; it may have several lines.
    public var value: String

    /// Makes an output.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// What is appended to the file.
    ///
    /// The value stands between two lines that nobody can guess, so nothing in it becomes an output of its own.
    public var text: String {
        var generator = SystemRandomNumberGenerator()
        return text {
            "end-\(String(generator.next() as UInt64, radix: 36))\(String(generator.next() as UInt64, radix: 36))"
        }
    }

    /// What is appended to the file, with a line of the caller's between which the value stands; the line is made
    /// again while the value has it.
    func text(line make: () -> String) -> String {
        var line = make()
        while value.contains(line) { line = make() }
        return "\(name)<<\(line)\n\(value)\n\(line)\n"
    }
}
