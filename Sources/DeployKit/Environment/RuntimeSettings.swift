/// What differs from run to run: where the droplet is, how to get in, who runs.
///
/// Read from environment variables, which GitHub Actions fills from an environment's variables and secrets.
public struct RuntimeSettings: Sendable {
    /// The droplet's address.
    public var host: String
    /// The port of its SSH server.
    public var port: Int
    /// The user to log in as.
    public var user: String
    /// The private key.
    public var key: SettingSource
    /// The droplet's host keys, in the format of `known_hosts`.
    public var knownHosts: SettingSource
    /// A file with certificate authorities to trust in probes; nil trusts the system's.
    public var certificateAuthorities: String?
    /// The user of the image registry; empty when it needs none.
    public var registryUser: String
    /// The password of the image registry.
    public var registryPassword: Secret
    /// The registries, as `10.0.0.5:5000`, that are spoken to without TLS.
    public var insecureRegistries: Set<String>
    /// How images travel, where the run says it and not the environment.
    public var images: ImageDelivery?
    /// Who runs: GitHub's word inside of GitHub Actions; else `DEPLOYKIT_ACTOR`, or the user of this machine.
    public var actor: String
    /// The page of the run; empty outside of GitHub Actions.
    public var runURL: String

    /// Where a setting's text is.
    public enum SettingSource: Sendable, Hashable {
        /// In the variable itself.
        case text(Secret)
        /// In a file.
        case file(String)
    }

    /// Reads the settings.
    ///
    /// - Parameter variables: The environment variables of the process.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names each variable that is missing or
    ///   cannot be read, and where to set it.
    public init(from variables: [String: String]) throws(DeployError) {
        var problems: [String] = []
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        func source(_ name: String, _ purpose: String) -> SettingSource {
            if let text = value(name) { return .text(Secret(text)) }
            if let path = value("\(name)_FILE") { return .file(path) }
            problems.append("\(name) (or \(name)_FILE) is not set: \(purpose)")
            return .file("")
        }
        if value("DEPLOYKIT_HOST") == nil { problems.append("DEPLOYKIT_HOST is not set: the droplet's address") }
        host = value("DEPLOYKIT_HOST") ?? ""
        port = value("DEPLOYKIT_PORT").flatMap(Int.init) ?? 22
        if let text = value("DEPLOYKIT_PORT"), !(1...65535).contains(Int(text) ?? 0) {
            problems.append("DEPLOYKIT_PORT is no port number: \(text)")
        }
        user = value("DEPLOYKIT_USER") ?? "deploy"
        key = source("DEPLOYKIT_SSH_KEY", "the private key of the droplet's deploy user")
        knownHosts = source("DEPLOYKIT_KNOWN_HOSTS", "the droplet's host key, as ssh-keyscan prints it")
        certificateAuthorities = value("DEPLOYKIT_CA_FILE")
        registryUser = value("DEPLOYKIT_REGISTRY_USER") ?? ""
        registryPassword = Secret(value("DEPLOYKIT_REGISTRY_PASSWORD") ?? "")
        insecureRegistries = Set(
            (value("DEPLOYKIT_INSECURE_REGISTRIES") ?? "").split { $0 == "," || $0 == " " }.map(String.init))
        let delivery = value("DEPLOYKIT_IMAGES")
        images = delivery.flatMap { ImageDelivery(setting: $0) }
        if let delivery, images == nil {
            problems.append("DEPLOYKIT_IMAGES is “ssh” or “registry”, not “\(delivery)”")
        }
        actor = Self.actor(variables)
        runURL = Self.runURL(variables)
        guard problems.isEmpty else {
            throw DeployError(
                .refused,
                problems.count == 1 ? problems[0] : "\(problems.count) settings are missing or cannot be read",
                evidence: problems.count == 1 ? [] : problems,
                next: "In GitHub: Settings, Environments, variables and secrets. By hand: export them. "
                    + "The README has the table."
            )
        }
    }

    /// An environment, with what the run says otherwise.
    public func applied(to environment: Environment) -> Environment {
        var environment = environment
        if let images { environment.images = images }
        return environment
    }

    /// Who runs, from the variables of a process; inside GitHub Actions as GitHub says it, whatever a workflow sets.
    public static func actor(_ variables: [String: String]) -> String {
        let isInGitHub = variables["GITHUB_ACTIONS"] == "true"
        let github = isInGitHub ? ["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"] : []
        for name in github + ["DEPLOYKIT_ACTOR", "GITHUB_ACTOR", "USER", "LOGNAME"] {
            if let actor = variables[name], !actor.isEmpty { return actor }
        }
        return "somebody"
    }

    /// The page of the run, from the variables of a process; empty outside of GitHub Actions.
    public static func runURL(_ variables: [String: String]) -> String {
        guard let server = variables["GITHUB_SERVER_URL"], let repository = variables["GITHUB_REPOSITORY"],
            let run = variables["GITHUB_RUN_ID"]
        else { return "" }
        return "\(server)/\(repository)/actions/runs/\(run)"
    }
}
