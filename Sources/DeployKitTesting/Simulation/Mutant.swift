import DeployKit

/// A deliberate bug, to see that the simulation finds it.
package enum Mutant: String, CaseIterable, Sendable {
    case skipGate = "the gate believes everything"
    case skipProbes = "the gate does not probe"
    case moveHostsOneByOne = "the routes move one by one"
    case freeLeaseEarly = "the lease is freed before the traffic has moved"
    case keepLease = "the lease is kept when the runner ends"
    case ignoreFence = "commands of a former owner still take effect"
    case dropStandbyFirst = "the release before is removed before the cutover"
    case stopServingFirst = "the release that serves is stopped before the next one starts"
    case armUnproven = "a release that was never proven stands by"
    case forgetDisk = "the map on disk stays as it was"
    case neverUndo = "what a failed deploy began is left"
    case recreateStore = "a deploy makes the stores again"
    case forgetRecord = "a rollout is not recorded"
    case pruneServing = "the files of the release that serves are removed"
    case repeatJob = "a job runs again"
    case keepOldWorkers = "the workers of the release before go on"
    case repeatMigration = "a migration runs again"
    case skipMigration = "a migration is left out"
    case shareUnproven = "a share of the requests comes before the gate"
    case skipAudit = "the audit trail is not written"
    case twoSchedulers = "a worker that must be alone is not stopped first"

    /// Changes a runner's droplet before its command begins.
    func prepare(_ droplet: FakeDroplet) {
        if self == .ignoreFence { droplet.removeFence() }
    }
}
