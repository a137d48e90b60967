internal import DeployKit
internal import Synchronization

/// The registries that the run's login is for.
///
/// They follow from all images of the candidate, and the droplet is asked for only those that it lacks: what is missing
/// cannot say whose registry it is. A run without a candidate, as a rollback, pulls nothing and has none.
final class OwnRegistries: Sendable {
    private let names = Mutex<Set<String>>([])

    /// What is known so far.
    var found: Set<String> { names.withLock { $0 } }

    /// Takes up what the candidate's images say.
    func set(_ found: Set<String>) { names.withLock { $0 = found } }
}

/// Lets the droplet pull, with the run's login for the registries of the application's own images.
struct RegistryLoginCarrier: ImageCarrier {
    let directory: String
    let settings: RuntimeSettings
    let registries: OwnRegistries
    let shell: any Shell

    func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] {
        let logins = RegistryLogins(
            user: settings.registryUser, password: settings.registryPassword, registries: registries.found,
            shell: shell)
        return try await RegistryCarrier(directory: directory, logins: logins).carry(images, through: fenced)
    }
}
