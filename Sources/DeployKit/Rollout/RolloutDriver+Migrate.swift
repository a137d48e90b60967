extension RolloutDriver {
    /// Dumps the database, and returns how it is restored.
    func makeCheckpoint(of plan: Plan, progress: inout Progress) async throws -> String {
        let checkpoint = try await droplet.checkpoint(before: plan.release.id)
        progress.checkpoint = checkpoint
        return "\(checkpoint.bytes.inBytes); to restore: \(checkpoint.restore)"
    }

    /// Runs the migrations of a plan, and returns which of them were not there yet.
    func migrate(_ versions: [Int], of plan: Plan, step: Step, progress: Progress) async throws -> String {
        let wanted = Set(versions)
        let migrations = (candidate?.migrations ?? []).filter { wanted.contains($0.version) }
        var run = MigrationRun(migrations, of: plan.release.id, in: plan.slot, after: progress.checkpoint)
        // The plan knows more than the file alone: what tables are new, what a person was told.
        for index in run.records.indices {
            let planned = plan.migrations.first { $0.version == run.records[index].version }
            if let planned { run.records[index].change = planned.change }
        }
        let observer = observer
        let applied = try await droplet.migrate(run) { line in await observer.observe(.progressed(step, line)) }
        return applied.isEmpty ? "another run had applied them" : "applied \(applied.map(String.init).list)"
    }
}
