public import DeployKit

extension BankFlow {
    /// What a commit of BankFlow has to pass.
    ///
    /// What cargo builds for clippy and for the tests goes to folders of their own: in one, the two would wait for each
    /// other.
    public static let gates: [Gate] = [
        Gate(
            "format", title: "Formatting", runs: .command(["cargo", "fmt", "--all", "--check"]), reader: .cargoFormat,
            tool: Gate.Tool(
                "cargo fmt", probe: ["cargo", "fmt", "--version"], install: "rustup component add rustfmt"),
            timeLimit: .seconds(60), anchor: "Cargo.toml"),
        Gate(
            "lint", title: "Lint",
            runs: .command([
                "cargo", "clippy", "--workspace", "--all-targets", "--locked", "--message-format", "json",
                "--target-dir",
                "target/gate-lint", "--", "-D", "warnings",
            ]), reader: .clippy,
            tool: Gate.Tool("clippy", probe: ["cargo", "clippy", "--version"], install: "rustup component add clippy"),
            anchor: "Cargo.toml"),
        Gate(
            "test", title: "Tests",
            runs: .command([
                "cargo", "test", "--workspace", "--locked", "--no-fail-fast", "--target-dir", "target/gate-test",
            ]), reader: .cargoTest,
            tool: Gate.Tool("cargo", install: "curl --proto =https -sSf https://sh.rustup.rs | sh"),
            services: ["postgres", "redis"], anchor: "Cargo.toml"),
        Gate(
            "dependencies", title: "Dependencies and licences", kind: .security,
            runs: .command(["cargo", "deny", "--format", "json", "--locked", "check", "bans", "licenses", "sources"]),
            reader: .cargoDeny, tool: deny, timeLimit: .seconds(120), anchor: "Cargo.lock"),
        Gate(
            "advisories", title: "Known vulnerabilities", kind: .security,
            runs: .command(["cargo", "deny", "--format", "json", "--locked", "check", "advisories"]),
            reader: .cargoDeny, tool: deny, timeLimit: .seconds(300), anchor: "Cargo.lock"),
        Gate("secrets", title: "Secrets", kind: .security, runs: .secrets, timeLimit: .seconds(120)),
        Gate("compose", title: "Compose file", runs: .compose, timeLimit: .seconds(60)),
        Gate("migrations", title: "Migrations", runs: .migrations, timeLimit: .seconds(60)),
        // A scanner is no small thing to install, so no environment needs it.
        Gate("images", title: "Images", kind: .security, runs: .images, timeLimit: .seconds(600), isOptional: true),
    ]

    private static let deny = Gate.Tool(
        "cargo-deny", probe: ["cargo", "deny", "--version"], install: "cargo install --locked cargo-deny")
}
