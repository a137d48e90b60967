import DeployKit
import Foundation
import Testing

/// Runs the split over a folder of real projects, outside of this repository, and prints what becomes of each.
///
/// `DEPLOYKIT_COMPOSE_CORPUS=/path swift test --filter ComposeCorpus`: each folder there has a `deploykit.json` that
/// says where the project is, which files and profiles it consists of, and what is routed to it.
@Suite(.enabled(if: ComposeFixture.hasCompose && ComposeCorpus.folder != nil))
struct ComposeCorpusTests {
    @Test func `every project is planned or refused, and what is planned is valid`() async throws {
        for project in try ComposeCorpus.projects() {
            let verdict = try await project.verdict()
            print(verdict)
        }
    }
}

/// A real project of the corpus.
struct ComposeCorpus: Decodable {
    var folder: String
    var files: [String]
    var profiles: [String]
    var variables: [String: String]
    var routes: [String: String]
    var advice: Advice?
    private(set) var name = ""
    private(set) var location = ""

    enum CodingKeys: String, CodingKey {
        case folder, files, profiles, variables, routes, advice
    }

    /// What a person states after the refusals of a first run.
    struct Advice: Decodable {
        var ports: [String: Int]?
        var without: [String]?
        var stopFirst: [String]?

        var settings: [String: ServiceSettings] {
            var settings: [String: ServiceSettings] = [:]
            for (name, port) in ports ?? [:] { settings[name, default: ServiceSettings()].port = port }
            for name in without ?? [] { settings[name, default: ServiceSettings()].replicas = 0 }
            for name in stopFirst ?? [] { settings[name, default: ServiceSettings()].replacement = .stopFirst }
            return settings
        }
    }

    static let folder = ProcessInfo.processInfo.environment["DEPLOYKIT_COMPOSE_CORPUS"]

    static func projects() throws -> [ComposeCorpus] {
        let root = URL(filePath: folder ?? "/")
        return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().compactMap { name in
            let description = root.appending(path: name).appending(path: "deploykit.json")
            guard let data = try? Data(contentsOf: description) else { return nil }
            var project = try JSONDecoder().decode(ComposeCorpus.self, from: data)
            project.name = name
            project.location = root.appending(path: name).appending(path: project.folder).path
            return project
        }
    }

    /// What becomes of the project, with all findings: as it is, and with what is stated after the first refusals.
    func verdict() async throws -> String {
        let source = ComposeSource(
            files: files.map { "\(location)/\($0)" }, profiles: profiles,
            variables: variables.mapValues { Secret($0) })
        let model: ComposeModel
        do {
            model = try await ComposeClient(shell: LocalShell()).model(of: source)
        } catch let error as DeployError {
            return "\n## \(name): refused by Compose\n   \(error.message) | \(error.evidence)"
        }
        var text = try await verdict(of: model, settings: [:])
        if let settings = advice?.settings, !settings.isEmpty {
            text += try await verdict(of: model, settings: settings).replacing("##", with: "#+")
        }
        return text
    }

    private func verdict(of model: ComposeModel, settings: [String: ServiceSettings]) async throws -> String {
        let environment = ComposeFixture.environment(routes: routes, services: settings)
        let application = ComposeSplit.split(model, for: environment)
        let worst = application.findings.map(\.severity).max()
        let word =
            switch worst {
            case .refusal: "refused"
            case .warning: "planned with a warning"
            case .note, nil: "planned"
            }
        let kinds = application.services.map { "\($0.name)=\($0.kind.rawValue)\($0.port.map { ":\($0)" } ?? "")" }
        var lines = ["\n## \(name): \(word)", "   \(kinds.joined(separator: " "))"]
        lines += application.findings.sorted { $0.severity > $1.severity }
            .map { "   \($0.severity.rawValue) \($0.subject): \($0.message)" }
        if worst != .refusal {
            for rendered in [application.storesProject(scope: "shop-staging"), ComposeFixture.release(application)] {
                let configuration = try await ComposeFixture.configuration(of: rendered, in: TemporaryFolder())
                let services = configuration["services"]?.members.keys.sorted() ?? []
                lines.append("   \(rendered.name): \(services.joined(separator: " ")); \(rendered.files.map(\.path))")
            }
        }
        return lines.joined(separator: "\n")
    }
}
