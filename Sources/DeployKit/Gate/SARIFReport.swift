/// Results as SARIF 2.1.0, which GitHub shows beside the code.
///
/// Source: "Static Analysis Results Interchange Format Version 2.1.0", OASIS; "SARIF support for code scanning",
/// GitHub, which wants one run, a place for each result, and paths relative to the repository.
public enum SARIFReport {
    /// Renders results.
    ///
    /// - Parameters:
    ///   - results: The results.
    ///   - prefix: The project's folder, relative to the repository's root, with a slash at the end; empty where they
    ///     are the same.
    /// - Returns: The document.
    public static func render(_ results: [GateResult], prefix: String = "") -> String {
        let found = results.flatMap { result in
            shown(of: result).map { (rule: "\(result.name)/\($0.rule)", finding: $0, result: result) }
        }
        let titles = Dictionary(found.map { ($0.rule, $0.result.title) }, uniquingKeysWith: { first, _ in first })
        let rules = titles.keys.sorted()
        let document: JSONValue = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "DeployKit gates",
                            "rules": .array(
                                rules.map { rule in
                                    ["id": .string(rule), "shortDescription": ["text": .string(titles[rule] ?? rule)]]
                                }),
                        ]
                    ],
                    "results": .array(
                        found.map { rule, finding, result in
                            item(
                                rule, finding, anchor: result.anchor, prefix: prefix, index: rules.firstIndex(of: rule))
                        }),
                ]
            ],
        ]
        return document.prettyText
    }

    /// The findings of a gate, and one for a gate that failed without any.
    private static func shown(of result: GateResult) -> [GateFinding] {
        let hasError = result.findings.contains { $0.severity == .error }
        return result.findings + (hasError ? [] : result.failures)
    }

    private static func item(
        _ rule: String, _ finding: GateFinding, anchor: String, prefix: String, index: Int?
    ) -> JSONValue {
        let file = finding.file.isEmpty ? anchor : finding.file
        var place: [String: JSONValue] = [
            "artifactLocation": ["uri": .string(uri(file.hasPrefix("/") ? file : prefix + file))]
        ]
        // GitHub wants a line.
        var region: [String: JSONValue] = ["startLine": .integer(max(finding.line, 1))]
        if finding.column > 0 { region["startColumn"] = .integer(finding.column) }
        place["region"] = .object(region)
        return [
            "ruleId": .string(rule),
            "ruleIndex": .integer(index ?? -1),
            "level": .string(finding.severity.rawValue),
            "message": ["text": .string(finding.message)],
            "locations": [["physicalLocation": .object(place)]],
        ]
    }

    /// A path as a relative reference of RFC 3986.
    private static func uri(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/@+".utf8)
        return path.utf8.map { byte in
            guard !plain.contains(byte) else { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
