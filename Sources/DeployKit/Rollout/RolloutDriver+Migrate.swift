internal import Synchronization

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
        let output = MigrationLines()
        do {
            let applied = try await droplet.migrate(run) { line in
                output.append(line)
                await observer.observe(.progressed(step, line))
            }
            await keep(output, of: plan.release.id)
            return applied.isEmpty ? "another run had applied them" : "applied \(applied.map(String.init).list)"
        } catch {
            if !(error is LeaseError), (error as? ShellError)?.code != .connectionLost {
                await keep(output, of: plan.release.id)
            }
            throw error
        }
    }

    /// Keeps what the migrations printed on the droplet, without secrets.
    private func keep(_ output: MigrationLines, of release: Release.ID) async {
        let text = secrets.redact(output.text)
        guard !text.isEmpty else { return }
        // What became of the migrations counts, not that their words could not be written down.
        try? await withoutCancellation { try await droplet.keepMigrationOutput(text, of: release) }
    }
}

/// What migrations print, as it comes: the last of it, where it is long.
private final class MigrationLines: Sendable {
    private static let limit = 5000
    private let lines = Mutex<[String]>([])

    /// All lines, each with its end.
    var text: String { lines.withLock { $0.map { $0 + "\n" }.joined() } }

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > 2 * Self.limit { lines.removeFirst(Self.limit) }
        }
    }
}
