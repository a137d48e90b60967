/// Results as JUnit XML, which GitHub, GitLab and most others show: a suite a gate.
///
/// As Jenkins' schema `junit-10.xsd` has it, with `file` and `line` of a test case beside, which show it at its place.
public enum JUnitReport {
    /// Renders results.
    ///
    /// - Parameters:
    ///   - results: The results.
    ///   - name: The name of the whole: the environment's scope.
    /// - Returns: The document.
    public static func render(_ results: [GateResult], name: String) -> String {
        let suites = results.map(suite)
        let tests = results.map { max($0.failures.count, 1) }.reduce(0, +)
        let failures = results.map(\.failures.count).reduce(0, +)
        let time = seconds(results.map(\.milliseconds).reduce(0, +))
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(name.xmlEscaped)" tests="\(tests)" failures="\(failures)" errors="0" time="\(time)">
            \(suites.joined())</testsuites>

            """
    }

    private static func suite(_ result: GateResult) -> String {
        let failures = result.failures
        let skipped = result.outcome == .skipped ? 1 : 0
        let title = result.title.xmlEscaped
        var text =
            "  <testsuite name=\"\(title)\" tests=\"\(max(failures.count, 1))\" failures=\"\(failures.count)\" "
            + "errors=\"0\" skipped=\"\(skipped)\" time=\"\(seconds(result.milliseconds))\">\n"
        if failures.isEmpty {
            let time = seconds(result.milliseconds)
            let head = "    <testcase classname=\"\(result.name.xmlEscaped)\" name=\"\(title)\" time=\"\(time)\""
            text +=
                skipped == 0
                ? "\(head)/>\n"
                : "\(head)>\n      <skipped message=\"\(result.reason.xmlEscaped)\"/>\n    </testcase>\n"
        }
        for failure in failures {
            let place = failure.place.isEmpty ? "" : "\(failure.place) "
            text +=
                "    <testcase classname=\"\(result.name.xmlEscaped)\" name=\"\((place + failure.rule).xmlEscaped)\""
            if !failure.file.isEmpty { text += " file=\"\(failure.file.xmlEscaped)\"" }
            if failure.line > 0 { text += " line=\"\(failure.line)\"" }
            text += ">\n      <failure type=\"\(failure.rule.xmlEscaped)\" message=\"\(failure.message.xmlEscaped)\">"
            text += "\(place.xmlEscaped)\(failure.message.xmlEscaped)</failure>\n    </testcase>\n"
        }
        if result.outcome.isFailure, !result.tail.isEmpty {
            text += "    <system-out>\(result.tail.joined(separator: "\n").xmlEscaped)</system-out>\n"
        }
        return text + "  </testsuite>\n"
    }

    /// Milliseconds as seconds, with three digits behind the point.
    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}

extension String {
    /// The text as it stands in XML 1.0, in an element or in an attribute.
    ///
    /// Characters that XML cannot have, escaped or not, are replaced.
    var xmlEscaped: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&apos;"
            case "\n": text += "&#10;"
            case "\r": text += "&#13;"
            case "\t": text += "&#9;"
            case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: text += "\u{fffd}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
