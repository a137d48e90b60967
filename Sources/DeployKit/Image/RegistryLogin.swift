internal import FoundationEssentials

/// What a registry is logged in to with.
public struct RegistryLogin: Sendable, Hashable {
    /// The user.
    public var user: String
    /// The password, or a token in its place.
    public var password: Secret

    /// Makes a login.
    public init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }

    /// The lines that scripts read of it: the registry, the user and the password.
    func lines(for registry: String) throws(DeployError) -> String {
        guard !(user + password.revealed).contains(where: \.isNewline) else {
            throw DeployError(
                .refused, "the user or the password of \(registry) has a line break in it",
                next: "Set DEPLOYKIT_REGISTRY_USER and DEPLOYKIT_REGISTRY_PASSWORD without one.")
        }
        return "\(registry)\n\(user)\n\(password.revealed)\n"
    }

    /// The value of a header `Authorization` of scheme Basic.
    var basicAuthorization: Secret {
        Secret("Basic " + Data("\(user):\(password.revealed)".utf8).base64EncodedString())
    }
}

/// Which login a registry is for: the run's own settings for the registries of the application's images, and what
/// `docker login` left on this machine for all others.
public struct RegistryLogins: Sendable {
    /// The login of the settings; nil without one.
    let own: RegistryLogin?
    /// The registries that it is for; no other ever sees it.
    let registries: Set<String>
    /// This machine.
    let shell: any Shell

    /// Makes the logins.
    ///
    /// - Parameters:
    ///   - user: `DEPLOYKIT_REGISTRY_USER`; empty when it is not set.
    ///   - password: `DEPLOYKIT_REGISTRY_PASSWORD`.
    ///   - registries: The registries that those two are for; ``registries(of:built:)``.
    ///   - shell: Reads Docker's configuration on this machine.
    public init(user: String, password: Secret, registries: Set<String>, shell: any Shell) {
        self.own = user.isEmpty ? nil : RegistryLogin(user: user, password: password)
        self.registries = registries
        self.shell = shell
    }

    /// The registries of an application's own images: of those that Compose builds and, where it builds none, of all
    /// that are not on Docker Hub, unless all are.
    public static func registries(of images: [String: String], built: Set<String>) -> Set<String> {
        let own = images.filter { built.contains($0.key) }.values
        let found = Set((own.isEmpty ? Array(images.values) : Array(own)).compactMap { ImageReference($0)?.registry })
        guard own.isEmpty else { return found }
        let others = found.subtracting([ImageReference.dockerHub])
        return others.isEmpty ? found : others
    }

    /// The run's own login for a registry; nil where it has none for that one.
    func ownLogin(for registry: String) -> RegistryLogin? { registries.contains(registry) ? own : nil }

    /// The login for a registry; nil where it is asked without one.
    func login(for registry: String) async throws -> RegistryLogin? {
        if let own = ownLogin(for: registry) { return own }
        let script = ImageScript.configuration
        let text = try await shell.output(of: script.command(["config"]))
        guard let configuration = try? JSONValue(parsing: text) else { return nil }
        // Docker's own name for its hub, from before registries had one.
        let key = registry == ImageReference.dockerHub ? "https://index.docker.io/v1/" : registry
        if let helper = configuration["credHelpers"]?[registry]?.string ?? configuration["credsStore"]?.string,
            !helper.isEmpty, !helper.contains("/")
        {
            let answer = try await shell.output(of: script.command([helper], input: Secret(key)))
            guard let found = try? JSONValue(parsing: answer), let user = found["Username"]?.string,
                let secret = found["Secret"]?.string, user != "<token>"
            else { return nil }
            return RegistryLogin(user: user, password: Secret(secret))
        }
        guard let encoded = configuration["auths"]?[key]?["auth"]?.string,
            let data = Data(base64Encoded: encoded)
        else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return RegistryLogin(user: String(parts[0]), password: Secret(String(parts[1])))
    }
}
