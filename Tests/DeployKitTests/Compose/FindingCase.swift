import DeployKit
import Testing

/// What is found in a service, one case a line.
struct FindingCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var severity: Finding.Severity?
    /// What the finding is about; the service is `it`.
    var subject: String
    var service: JSONValue
    var settings = ServiceSettings()
    var isRouted = false
    var project: [String: JSONValue] = [:]

    /// A service without a route; nil as severity says that nothing is found.
    static func unrouted(
        _ description: String,
        _ severity: Finding.Severity?,
        _ subject: String,
        _ service: JSONValue,
        settings: ServiceSettings = ServiceSettings(),
        project: [String: JSONValue] = [:]
    ) -> FindingCase {
        FindingCase(
            testDescription: description, severity: severity, subject: subject, service: service, settings: settings,
            project: project)
    }

    /// A service with a route, and a port unless it has others.
    static func web(
        _ description: String,
        _ severity: Finding.Severity?,
        _ subject: String,
        _ service: [String: JSONValue],
        settings: ServiceSettings = ServiceSettings(),
        project: [String: JSONValue] = [:]
    ) -> FindingCase {
        var service = service
        if service["ports"] == nil { service["ports"] = [["target": 80, "published": "80", "protocol": "tcp"]] }
        return FindingCase(
            testDescription: description, severity: severity, subject: subject, service: .object(service),
            settings: settings, isRouted: true, project: project)
    }

    static func port(_ target: Int, _ transport: String = "tcp", at address: String? = nil) -> JSONValue {
        var port: [String: JSONValue] = [
            "target": .integer(target), "published": .string(String(target)), "protocol": .string(transport),
        ]
        port["host_ip"] = address.map { .string($0) }
        return .object(port)
    }

    /// The findings about the subject.
    var found: [Finding] {
        var services: [String: JSONValue] = ["it": service]
        if !isRouted { services["web"] = ["build": [:], "expose": ["80"]] }
        let application = ComposeFixture.split(
            .object(services), routes: ["example.com": isRouted ? "it" : "web"], settings: ["it": settings],
            project: project)
        return application.findings.filter { $0.subject == subject }
    }
}
