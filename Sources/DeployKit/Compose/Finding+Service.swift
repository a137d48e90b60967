extension [Finding] {
    /// Adds a finding about a key of a service.
    mutating func add(
        _ severity: Finding.Severity,
        _ service: ComposeService,
        _ key: String,
        _ message: String,
        advice: String = ""
    ) {
        let subject = key.isEmpty ? "services.\(service.name)" : "services.\(service.name).\(key)"
        append(Finding(severity, subject, message, advice: advice))
    }
}

extension Collection<String> {
    /// The elements as a sentence has them: `a, b and c`.
    var sentence: String {
        guard let last = Array(self).last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
