/// What `cargo deny --format json` prints, a line each: diagnostics, and a summary at the end.
enum CargoDenyOutput {
    static func findings(in output: String) -> [GateFinding] {
        output.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("{"), let value = try? JSONValue(parsing: String(line)), let fields = value["fields"]
            else { return nil }
            if value["type"]?.string == "log" {
                guard fields["level"]?.string == "ERROR", let message = fields["message"]?.string else { return nil }
                return GateFinding(rule: "cargo-deny", message)
            }
            guard value["type"]?.string == "diagnostic", let severity = fields["severity"]?.string,
                ["error", "warning"].contains(severity)
            else { return nil }
            return GateFinding(
                severity == "error" ? .error : .warning, file: "", rule: fields["code"]?.string ?? "cargo-deny",
                message(fields))
        }
    }

    /// What is the matter, with the crate that it is about: its labels point into files that they do not name.
    private static func message(_ fields: JSONValue) -> String {
        let text = fields["message"]?.string ?? ""
        let crates = (fields["graphs"]?.elements ?? []).compactMap { graph -> String? in
            guard let name = graph["Krate"]?["name"]?.string ?? graph["name"]?.string else { return nil }
            let version = graph["Krate"]?["version"]?.string ?? graph["version"]?.string ?? ""
            let parents = (graph["parents"]?.elements ?? []).compactMap { $0["Krate"]?["name"]?.string }
            return "\(name) \(version)" + (parents.isEmpty ? "" : ", which \(parents.list) wants")
        }
        let labels = (fields["labels"]?.elements ?? []).compactMap { label -> String? in
            [label["message"]?.string, label["span"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
                .joined(separator: ": ")
        }
        let about = crates.isEmpty ? labels : crates
        let advisory = [fields["advisory"]?["id"]?.string, fields["advisory"]?["title"]?.string].compactMap { $0 }
        return ([text] + advisory.filter { $0 != text } + about.filter { !text.contains($0) }.prefix(4)).joined(
            separator: "; ")
    }
}
