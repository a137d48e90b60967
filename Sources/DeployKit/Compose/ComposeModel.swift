/// A Compose project as Compose itself reads it: interpolated, merged, with its profiles applied.
///
/// It holds secrets and lives in memory only. ``ComposeClient`` makes it; ``ComposeSplit`` decides on it.
public struct ComposeModel: Sendable {
    /// The project's name, from which Compose names what it builds.
    public var project: String
    /// The services that are active, by name.
    public var services: [String: ComposeService]
    /// The networks that they use.
    public var networks: [String: JSONValue]
    /// The named volumes that they use.
    public var volumes: [String: JSONValue]
    /// The configs that they use.
    public var configs: [String: JSONValue]
    /// The secrets that they use.
    public var secrets: [String: JSONValue]
    /// Where the file refers to variables.
    public var references: VariableReferences
    /// The variables that the file refers to, that have no value and no default.
    public var unsetVariables: [String]
    /// The values of the variables that configs and secrets are made of, and of those whose names say that they are
    /// secrets.
    public var variableValues: [String: Secret]
    /// The variables whose names say that they are secrets, and that this run sets to an empty text.
    ///
    /// GitHub does so with a secret that is not set. One that stands empty in `.env` was written so, and is not here.
    public var emptyVariables: Set<String>
    /// What the project mounts from the runner.
    public var files: ProjectFiles

    /// Makes a model of what Compose printed.
    ///
    /// - Parameters:
    ///   - interpolated: `docker compose config --format json`.
    ///   - uninterpolated: The same with `--no-interpolate`; nil where Compose could not print it.
    ///   - unsetVariables: The variables of which Compose said that they are not set.
    ///   - variableValues: The values of the variables that ``resourceVariables(in:)`` names, and of secret ones.
    ///   - emptyVariables: Those of ``emptyCandidates(in:values:)`` that are empty in the environment of the run.
    ///   - files: What the project mounts.
    public init(
        interpolated: JSONValue,
        uninterpolated: JSONValue?,
        unsetVariables: [String] = [],
        variableValues: [String: Secret] = [:],
        emptyVariables: Set<String> = [],
        files: ProjectFiles
    ) {
        // Compose writes each dollar sign twice, since its output is meant to be a Compose file again.
        let model = interpolated.mapStrings(keys: true) { $0.replacingDoubledDollars() }
        self.project = model["name"]?.string ?? ""
        self.services = Dictionary(
            uniqueKeysWithValues: (model["services"]?.members ?? [:]).map {
                ($0.key, ComposeService(name: $0.key, value: $0.value))
            })
        self.networks = model["networks"]?.members ?? [:]
        self.volumes = model["volumes"]?.members ?? [:]
        self.configs = model["configs"]?.members ?? [:]
        self.secrets = model["secrets"]?.members ?? [:]
        self.references = VariableReferences(of: uninterpolated)
        self.unsetVariables = unsetVariables
        self.variableValues = variableValues
        self.emptyVariables = emptyVariables
        self.files = files
    }

    /// The names of all its images, each once.
    public var imageNames: [String] { Set(services.values.map { imageName(of: $0) }).sorted() }

    /// The image of a service: the one that the file names, or the name that Compose gives to what it builds.
    func imageName(of service: ComposeService) -> String { service.image ?? "\(project)-\(service.name)" }

    /// The variables of which configs and secrets are made, and whose values Compose does not print with them.
    static func resourceVariables(in interpolated: JSONValue) -> [String] {
        let names = ["configs", "secrets"].flatMap { section in
            (interpolated[section]?.members.values.map { $0 } ?? []).compactMap { $0["environment"]?.string }
        }
        return Set(names).sorted()
    }

    /// The secret variables whose text is empty, and the keys of services that may stand for one, as `- API_KEY` does.
    static func emptyCandidates(in interpolated: JSONValue, values: [String: Secret]) -> [String] {
        let environments = interpolated["services"]?.members.values.compactMap { $0["environment"]?.members } ?? []
        let keys = environments.flatMap { $0.filter { $0.value.text?.isEmpty == true }.keys }
        let names = Set(keys + values.filter { $0.value.revealed.isEmpty }.keys)
        return names.filter(SecretName.isConfidential).sorted()
    }

    /// The absolute paths on the runner that the project mounts or reads as config or secret.
    static func mountedPaths(in interpolated: JSONValue) -> [String] {
        let services = interpolated["services"]?.members.values.map { $0 } ?? []
        let mounts = services.flatMap { $0["volumes"]?.elements ?? [] }.filter { $0["type"]?.string == "bind" }
        let files = ["configs", "secrets"].flatMap { interpolated[$0]?.members.values.map { $0["file"] } ?? [] }
        let paths = mounts.map { $0["source"] } + files
        return Set(paths.compactMap { $0?.string?.replacingDoubledDollars() }.filter { $0.hasPrefix("/") }).sorted()
    }
}

extension String {
    /// The text that Compose means by one in which each `$` is written twice.
    ///
    /// Works on bytes: a `$` before a combining mark is no character of its own.
    func replacingDoubledDollars() -> String {
        guard utf8.contains(UInt8(ascii: "$")) else { return self }
        var bytes: [UInt8] = []
        var isSecond = false
        for byte in utf8 {
            isSecond = byte == UInt8(ascii: "$") && !isSecond && bytes.last == byte
            if !isSecond { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text as it has to stand in a Compose file, where a single `$` begins a variable.
    func doublingDollars() -> String {
        guard utf8.contains(UInt8(ascii: "$")) else { return self }
        let bytes = utf8.flatMap { $0 == UInt8(ascii: "$") ? [$0, $0] : [$0] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
