extension DropletScript {
    /// Prints the environment values of all releases and of the stores.
    ///
    /// - `$1`: the environment's directory.
    static let environments = DropletScript(
        name: "environments",
        text: #"""
            for file in "$1"/releases/*/env "$1"/stores/env; do
                [ ! -e "$file" ] || cat "$file"
            done
            """#
    )
}

extension ShellDroplet {
    /// The secrets of all releases on the droplet and of the stores.
    public func secrets() async throws -> [Secret] {
        let command = DropletScript.environments.command([paths.directory], deadline: .seconds(20))
        let result = try await shell.run(command)
        guard result.isSuccess else {
            // Without what it printed, which is no evidence to show.
            throw DeployError(
                .droplet, "the environment values of the releases on \(shell.machine) could not be read",
                next: "Run the same command again; doctor checks what it needs.")
        }
        return EnvironmentFile.secrets(in: Secret(result.output))
    }
}

extension LeasedShellDroplet {
    func secrets() async throws -> [Secret] { try await droplet.secrets() }
}
