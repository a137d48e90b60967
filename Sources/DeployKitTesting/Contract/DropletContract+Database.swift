import DeployKit

extension DropletContract {
    static let database: [Check] = [
        withDatabase("a database without migrations is observed so") { run in
            let schema = try await run.schema()
            try require(schema.applied, is: [], "the applied migrations")
            try require(!schema.database.isEmpty, "the database has a name")
        },
        withDatabase("migrations run in their order, once, and are observed with their checksums") { run in
            let release = try await run.stage("v1")
            let migrations = [try await run.migration(1), try await run.migration(2)]
            let migration = MigrationRun(migrations.reversed(), of: release.id, in: .blue)
            try require(try await run.droplet.migrate(migration) { _ in }, is: [1, 2], "what the first run applied")
            try require(try await run.droplet.migrate(migration) { _ in }, is: [], "what the second run applied")
            let state = try await run.droplet.observe()
            try require(state.schema?.applied.map(\.checksum), is: migrations.map(\.checksum), "the checksums")
            try require(state.schema?.applied.map(\.label), is: migrations.map(\.label), "the names")
            try require(state.migrationRecords.suffix(2), is: migration.records[...], "what the droplet remembers")
        },
        withDatabase("two at once run a migration once") { run in
            let release = try await run.stage("v1")
            let migration = MigrationRun([try await run.migration(1)], of: release.id, in: .blue)
            async let one = run.droplet.migrate(migration) { _ in }
            async let other = run.droplet.migrate(migration) { _ in }
            try require((try await one + other), is: [1], "what both together applied")
        },
        withDatabase("a migration that fails says why, is not recorded, and leaves those before it") { run in
            let release = try await run.stage("v1")
            let failing = try await run.fixture.migration(2, fails: true)
            let migration = MigrationRun([try await run.migration(1), failing], of: release.id, in: .blue)
            do {
                _ = try await run.droplet.migrate(migration) { _ in }
                throw ContractViolation("it throws an error of code migration; it did not throw")
            } catch let error as DeployError {
                try require(error.code.name, is: DeployError.Code.migration.name, "the kind of the error \(error)")
                let words = ([error.message] + error.evidence).joined(separator: "\n")
                try require(words.contains(failing.file), "the error names the file: \(words)")
            }
            try require(try await run.schema().applied.map(\.version), is: [1], "the applied migrations")
        },
        withDatabase("an applied migration that was changed is refused") { run in
            let release = try await run.stage("v1")
            let first = try await run.migration(1)
            _ = try await run.droplet.migrate(MigrationRun([first], of: release.id, in: .blue)) { _ in }
            var changed = first
            changed.sql += "\n-- and more"
            let migration = MigrationRun([changed], of: release.id, in: .blue)
            try await require("it throws an error of code migration", throwing: hasCode(.migration)) {
                try await run.droplet.migrate(migration) { _ in }
            }
            try require(try await run.schema().applied.map(\.checksum), is: [first.checksum], "the checksums")
        },
        withDatabase("a checkpoint is made with the command that restores it") { run in
            let release = try await run.stage("v1")
            let checkpoint = try await run.droplet.checkpoint(before: release.id)
            try require(checkpoint.bytes > 0, "it has a size: \(checkpoint)")
            try require(checkpoint.restore.contains("\(release.id)"), "its command names \(release.id): \(checkpoint)")
        },
    ]
}

extension ContractRun {
    /// What the database says of its schema.
    func schema() async throws -> SchemaState {
        guard let schema = try await droplet.observe().schema else {
            throw ContractViolation("the database says nothing of its schema")
        }
        return schema
    }

    /// A migration that succeeds.
    func migration(_ version: Int) async throws -> Migration {
        try await fixture.migration(version, fails: false)
    }
}
