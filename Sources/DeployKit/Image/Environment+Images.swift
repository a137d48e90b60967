extension Environment {
    /// What brings the images of this environment to its droplet.
    ///
    /// - Parameters:
    ///   - delivery: How they travel; nil takes the environment's own way, ``images``.
    ///   - engine: Runs `docker` on this machine; `LocalShell()`.
    ///   - logins: What registries are logged in to with.
    ///   - progress: Hears how far it is.
    /// - Returns: The carrier.
    public func imageCarrier(
        _ delivery: ImageDelivery? = nil,
        engine: any Shell,
        logins: RegistryLogins,
        progress: @escaping @Sendable (ImageProgress) async -> Void = { _ in }
    ) -> any ImageCarrier {
        let directory = "/var/lib/deploykit/\(scope)"
        return switch delivery ?? images {
        case .registry: RegistryCarrier(directory: directory, logins: logins, progress: progress)
        case .overSSH:
            LayerCarrier(application: application, directory: directory, engine: engine, progress: progress)
        }
    }
}
