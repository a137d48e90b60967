/// A Compose project as it goes to the droplet: without any secret, beside its values and its files.
///
/// The droplet puts ``compose`` and ``files`` into one folder, reads ``environment`` into a shell, and runs Compose:
/// `. ./environment; exec docker compose --file compose.json up …`.
public struct RenderedProject: Sendable {
    /// The project's name.
    public var name: String
    /// The Compose file, as JSON; where an environment value belongs it has the name of a variable.
    public var compose: String
    /// The values of those variables: a POSIX shell file of `export NAME='value'`.
    public var environment: Secret
    /// The files and folders that its containers mount, by their paths below the project's folder.
    public var files: [StagedFile]
    /// The values that variables gave to its services, by `service.KEY`; those of other texts than the environment by
    /// their place, as `service.command.2`.
    public var environmentValues: [String: Secret]
    /// The volumes that have to be there before it starts, since all releases share them.
    public var volumes: [SharedVolume]
    /// All settings of each service, its values included: two that are equal make equal containers.
    public var settings: [String: Secret]
}

/// A named volume that the releases of an environment share.
public struct SharedVolume: Sendable, Hashable {
    /// Its name on the droplet.
    public var name: String
    /// The arguments of the command that makes it; does nothing where it is there.
    public var creation: [String]
}
