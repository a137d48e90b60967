public import DeployKit

/// A call of a droplet, by its name: where a fault can be injected.
public enum FakeCall: String, Sendable, Hashable, CaseIterable {
    /// ``Droplet/observe()``.
    case observe
    /// ``Droplet/logs(of:services:lines:)``.
    case logs
    /// ``Droplet/secrets()``.
    case secrets
    /// ``LeasedDroplet/health(of:after:within:)``.
    case health
    /// ``LeasedDroplet/sample(_:after:within:)``.
    case sample
    /// ``LeasedDroplet/probe(_:)``.
    case probe
    /// ``LeasedDroplet/fetch(_:)``.
    case fetch
    /// ``LeasedDroplet/stage(_:)``.
    case stage
    /// ``LeasedDroplet/startStores(_:)``.
    case startStores
    /// ``LeasedDroplet/checkpoint(before:)``.
    case checkpoint
    /// ``LeasedDroplet/migrate(_:onLine:)``.
    case migrate
    /// ``LeasedDroplet/start(_:in:services:within:)``.
    case start
    /// ``LeasedDroplet/stop(_:in:)``.
    case stop
    /// ``LeasedDroplet/resume(_:in:)``.
    case resume
    /// ``LeasedDroplet/clear(_:)``.
    case clear
    /// ``LeasedDroplet/vacate(_:for:)``.
    case vacate
    /// ``LeasedDroplet/configureEdge(_:)``.
    case configureEdge
    /// ``LeasedDroplet/cutOver(_:)``.
    case cutOver
    /// ``LeasedDroplet/amendEdge(_:)``.
    case amendEdge
    /// ``LeasedDroplet/drain(_:within:)``.
    case drain
    /// ``LeasedDroplet/remove(_:)``.
    case remove
    /// ``LeasedDroplet/record(_:)``.
    case record
    /// ``LeasedDroplet/keep(_:of:)``.
    case keep

    /// ``Droplet/auditTrail()``.
    case auditTrail
    /// ``LeasedDroplet/appendAudit(_:after:)``.
    case appendAudit
    /// ``LeasedDroplet/renewAudit(_:replacing:)``.
    case renewAudit

    /// Whether it only reads.
    public var isReading: Bool {
        [.observe, .logs, .secrets, .health, .sample, .probe, .auditTrail].contains(self)
    }
}

/// Something that was changed on a fake droplet, as a value that prints well.
public enum FakeEffect: Sendable, Hashable {
    /// Images were brought, by name.
    case fetch([String])
    /// A release's files were written.
    case stage(Release.ID)
    /// Stores were started.
    case startStores([String])
    /// The database was dumped.
    case checkpoint
    /// Migrations were applied, by version.
    case migrate([Int])
    /// A release was started in a slot.
    case start(Release.ID, Slot, [String])
    /// Services of a slot were stopped.
    case stop(Slot, [String])
    /// Services of a slot were started again.
    case resume(Slot, [String])
    /// A slot was cleared.
    case clear(Slot)
    /// A slot's containers were removed, to make room for a release.
    case vacate(Slot, Release.ID)
    /// The edge was told of servers.
    case configureEdge
    /// All routes were moved.
    case cutOver(Slot, standby: Bool)
    /// A canary's share or maintenance was changed.
    case amendEdge(percent: Int, maintenance: Bool)
    /// A slot's connections ended.
    case drain(Slot)
    /// Releases were removed.
    case remove([Release.ID])
    /// A rollout was remembered.
    case record(RolloutRecord.Result, Release.ID)
    /// Evidence was kept.
    case keep(Release.ID)
    /// Records were added to the audit trail, by number.
    case appendAudit([Int])
    /// A new audit trail was begun with records, by number.
    case renewAudit([Int])

    /// The call that does it.
    public var call: FakeCall {
        switch self {
        case .fetch: .fetch
        case .stage: .stage
        case .startStores: .startStores
        case .checkpoint: .checkpoint
        case .migrate: .migrate
        case .start: .start
        case .stop: .stop
        case .resume: .resume
        case .clear: .clear
        case .vacate: .vacate
        case .configureEdge: .configureEdge
        case .cutOver: .cutOver
        case .amendEdge: .amendEdge
        case .drain: .drain
        case .remove: .remove
        case .record: .record
        case .keep: .keep
        case .appendAudit: .appendAudit
        case .renewAudit: .renewAudit
        }
    }
}

extension FakeEffect: CustomStringConvertible {
    /// The effect in a few words: `start v2 in green: api, site`.
    public var description: String {
        switch self {
        case .fetch(let images): "fetch \(images.joined(separator: ", "))"
        case .stage(let release): "stage \(release)"
        case .startStores(let stores): "start stores \(stores.joined(separator: ", "))"
        case .checkpoint: "checkpoint"
        case .migrate(let versions): "migrate \(versions.map(String.init).joined(separator: ", "))"
        case .start(let release, let slot, let services):
            "start \(release) in \(slot.rawValue): \(services.joined(separator: ", "))"
        case .stop(let slot, let services): "stop \(services.joined(separator: ", ")) in \(slot.rawValue)"
        case .resume(let slot, let services): "resume \(services.joined(separator: ", ")) in \(slot.rawValue)"
        case .clear(let slot): "clear \(slot.rawValue)"
        case .vacate(let slot, let release): "vacate \(slot.rawValue) for \(release)"
        case .configureEdge: "configure edge"
        case .cutOver(let slot, let standby): "cut over to \(slot.rawValue)\(standby ? " with standby" : "")"
        case .amendEdge(let percent, let maintenance):
            "share \(percent) %\(maintenance ? ", under maintenance" : "")"
        case .drain(let slot): "drain \(slot.rawValue)"
        case .remove(let releases): "remove \(releases.map(\.rawValue).joined(separator: ", "))"
        case .record(let result, let release): "record \(release) \(result.rawValue)"
        case .keep(let release): "keep evidence of \(release)"
        case .appendAudit(let numbers): "append \(numbers) to the audit trail"
        case .renewAudit(let numbers): "begin a new audit trail with \(numbers)"
        }
    }
}
