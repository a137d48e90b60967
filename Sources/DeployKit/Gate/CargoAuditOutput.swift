/// What `cargo audit --json` prints: one document.
enum CargoAuditOutput {
    static func findings(in output: String) -> [GateFinding] {
        // What it says while it fetches its database comes before.
        guard let start = output.firstIndex(of: "{"), let end = output.lastIndex(of: "}"), start < end,
            let report = try? JSONValue(parsing: String(output[start...end]))
        else { return [] }
        let vulnerabilities = (report["vulnerabilities"]?["list"]?.elements ?? []).map { finding($0, .error) }
        let warnings = (report["warnings"]?.members ?? [:]).sorted { $0.key < $1.key }.flatMap { kind, list in
            list.elements.map { finding($0, .warning, kind: kind) }
        }
        return vulnerabilities + warnings
    }

    private static func finding(
        _ value: JSONValue, _ severity: GateFinding.Severity, kind: String = "vulnerability"
    ) -> GateFinding {
        let package = "\(value["package"]?["name"]?.string ?? "a crate") \(value["package"]?["version"]?.string ?? "")"
        let patched = value["versions"]?["patched"]?.elements.compactMap(\.string) ?? []
        let advice = patched.isEmpty ? "" : "; mended in \(patched.list)"
        return GateFinding(
            severity, file: "Cargo.lock", rule: value["advisory"]?["id"]?.string ?? kind,
            "\(package): \(value["advisory"]?["title"]?.string ?? kind)\(advice)")
    }
}
