/// One effect of a rollout on the droplet.
///
/// A step either happened or it did not, and happens again without harm.
public enum Step: Sendable, Hashable {
    /// Bring the images that the droplet lacks.
    case fetchImages([ImagePin])
    /// Write the release's files and its environment values.
    case stage(Release.ID)
    /// Make and start the stores that are missing; no other is touched.
    case startStores([String])
    /// Dump the database of a store, with a command that restores it.
    case checkpoint(String)
    /// Run migrations of the release, by version, once.
    case migrate([Int])
    /// Tell the edge of the release's servers in a slot that serves nothing; gives up the standby there.
    case prepareEdge(Slot, Release.ID)
    /// Tell the edge of the environment's routes and policy; its servers stay as they are.
    case configureEdge
    /// Remove what runs in a slot that serves nothing.
    case clear(Slot)
    /// Remove what runs in a slot that serves nothing, to make room for a release.
    case vacate(Slot, Release.ID)
    /// Stop containers and keep them.
    case stop(Slot, [String])
    /// Make and start the release's containers, its jobs first.
    case start(Slot, Release.ID, [String])
    /// Wait until the release is healthy: containers, the edge's checks, probes through the preview.
    case gate(Slot, Release.ID)
    /// Wait until the edge finds all of a slot up, whose containers were started again.
    case awaitServers(Slot)
    /// Let a share of the requests reach the slot that the routes do not lead to; 0 ends that.
    case shift(Slot, percent: Int)
    /// Move all routes to a slot in one change; the other stands by if it is ready.
    case cutOver(Slot, standby: Bool)
    /// Start containers again that were stopped.
    case resume(Slot, [String])
    /// Probe every route under its public name.
    case verify(Slot, Release.ID)
    /// Watch a release while requests reach it.
    case watch(Slot, Release.ID, Duration)
    /// Let the connections of a slot end.
    case drain(Slot, limit: Duration)
    /// Remove releases that are not needed any more, with their images.
    case prune([Release.ID])
    /// Remember what was done.
    case record

    /// The name of the step, for programs.
    public var name: String {
        switch self {
        case .fetchImages: "fetch-images"
        case .stage: "stage"
        case .startStores: "start-stores"
        case .checkpoint: "checkpoint"
        case .migrate: "migrate"
        case .prepareEdge: "prepare-edge"
        case .configureEdge: "configure-edge"
        case .clear: "clear"
        case .vacate: "vacate"
        case .stop: "stop"
        case .start: "start"
        case .gate: "gate"
        case .awaitServers: "await-servers"
        case .shift: "shift"
        case .cutOver: "cut-over"
        case .resume: "resume"
        case .verify: "verify"
        case .watch: "watch"
        case .drain: "drain"
        case .prune: "prune"
        case .record: "record"
        }
    }
}

extension Step: CustomStringConvertible {
    /// The step in words, as a plan shows it.
    public var description: String {
        switch self {
        case .fetchImages(let images):
            "bring \(images.count == 1 ? "the image" : "\(images.count) images") \(images.map(\.name).list)"
        case .stage(let release): "write the files of release \(release)"
        case .startStores(let stores): "make and start the \(stores.count == 1 ? "store" : "stores") \(stores.list)"
        case .checkpoint(let store): "dump the database of \(store), with a command that restores it"
        case .migrate(let versions):
            "run the \(versions.count == 1 ? "migration" : "migrations") \(versions.map(String.init).list)"
        case .prepareEdge(let slot, let release): "tell the edge of release \(release) in \(slot.rawValue)"
        case .configureEdge: "tell the edge of the environment's routes and policy"
        case .clear(let slot): "remove what runs in \(slot.rawValue)"
        case .vacate(let slot, let release): "remove what runs in \(slot.rawValue), to make room for release \(release)"
        case .stop(let slot, let services): "stop \(services.list) in \(slot.rawValue)"
        case .start(let slot, let release, let services):
            "start \(services.list) of release \(release) in \(slot.rawValue)"
        case .gate(_, let release): "wait until release \(release) is healthy"
        case .awaitServers(let slot): "wait until the edge finds \(slot.rawValue) up"
        case .shift(let slot, 0): "let no request reach \(slot.rawValue) any more"
        case .shift(let slot, let percent): "let \(percent) % of the requests reach \(slot.rawValue)"
        case .cutOver(let slot, let standby):
            "move all routes to \(slot.rawValue)" + (standby ? "; \(slot.other.rawValue) stands by" : "")
        case .resume(let slot, let services): "start \(services.list) in \(slot.rawValue) again"
        case .verify(_, let release): "probe release \(release) under its public names"
        case .watch(_, let release, let duration): "watch release \(release) for \(duration.inWords)"
        case .drain(let slot, let limit): "let the connections of \(slot.rawValue) end, at most \(limit.inWords)"
        case .prune(let releases):
            "remove \(releases.count == 1 ? "release" : "releases") \(releases.map(\.rawValue).list)"
        case .record: "remember the rollout"
        }
    }
}

extension Step {
    /// The migrations that it runs.
    var migrations: [Int] { if case .migrate(let versions) = self { versions } else { [] } }
}

extension [Step] {
    /// The services that the steps stop in a slot.
    func stopped(in slot: Slot) -> [String] {
        flatMap { if case .stop(slot, let services) = $0 { services } else { [] as [String] } }
    }

    /// The services that the steps start again in a slot.
    func resumed(in slot: Slot) -> [String] {
        flatMap { if case .resume(slot, let services) = $0 { services } else { [] as [String] } }
    }
}

extension [String] {
    /// The names with commas between them.
    package var list: String { joined(separator: ", ") }
}

extension Duration {
    /// The duration as a person says it: `350 ms`, `2.4 s`, `5 min`.
    package var inWords: String {
        let milliseconds = self.milliseconds
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 120_000 {
            let tenths = (milliseconds + 50) / 100
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        return "\(milliseconds / 60_000) min"
    }

    /// The whole milliseconds.
    package var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
