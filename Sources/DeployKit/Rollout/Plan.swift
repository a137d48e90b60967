/// What a command would do to a droplet, as a value: it prints, compares, and is what then runs.
public struct Plan: Sendable, Hashable {
    /// The environment's name on the droplet.
    public var scope: String
    /// What was asked for.
    public var action: RolloutRecord.Action
    /// The release that serves now.
    public var before: Release.ID?
    /// The release that will serve.
    public var release: Release
    /// The slot that it runs in.
    public var slot: Slot
    /// What is done, in order; empty when there is nothing to do.
    public var steps: [Step]
    /// The images that change, by service.
    public var images: [ImageChange]
    /// The environment keys that change; never a value.
    public var environment: [EnvironmentChange]
    /// What happens to the stores.
    public var stores: [StoreChange]
    /// Whether both slots fit into memory.
    public var memory: MemoryForecast
    /// Why a request could be lost; empty when none could.
    public var losses: [String]
    /// What a person should know; a refusal among them keeps the plan from being run.
    public var findings: [Finding]
    /// What the edge was told before the rollout, or how it begins.
    public var edge: EdgeEnvironment
    /// The routes of the environment, which the edge has at the end of a deploy.
    public var routes: [Route] = []
    /// The random text in which the digests of the stores' settings are salted.
    public var storeSalt = ""
    /// What the rollout does to the schema of the database.
    public var schemaChange = SchemaChange.none
    /// The migrations that it runs, in order.
    public var migrations: [PendingMigration] = []

    /// Makes a plan, as a ``Planner`` does; a test of a ``RolloutObserver`` begins with one.
    ///
    /// - Parameters:
    ///   - scope: The environment's name on the droplet.
    ///   - action: What was asked for.
    ///   - before: The release that serves now; nil where nothing does.
    ///   - release: The release that will serve.
    ///   - slot: The slot that it runs in.
    ///   - steps: What is done, in order.
    ///   - images: The images that change.
    ///   - environment: The environment keys that change.
    ///   - stores: What happens to the stores.
    ///   - memory: Whether both slots fit into memory.
    ///   - losses: Why a request could be lost.
    ///   - findings: What a person should know.
    ///   - edge: What the edge was told before the rollout.
    ///   - routes: The routes that the edge has at the end.
    ///   - storeSalt: The random text in which the digests of the stores' settings are salted.
    ///   - schemaChange: What happens to the schema of the database.
    ///   - migrations: The migrations that it runs.
    public init(
        scope: String,
        action: RolloutRecord.Action,
        before: Release.ID?,
        release: Release,
        slot: Slot,
        steps: [Step],
        images: [ImageChange] = [],
        environment: [EnvironmentChange] = [],
        stores: [StoreChange] = [],
        memory: MemoryForecast = MemoryForecast(available: 0, needed: 0, reserve: 0),
        losses: [String] = [],
        findings: [Finding] = [],
        edge: EdgeEnvironment,
        routes: [Route] = [],
        storeSalt: String = "",
        schemaChange: SchemaChange = .none,
        migrations: [PendingMigration] = []
    ) {
        self.scope = scope
        self.action = action
        self.before = before
        self.release = release
        self.slot = slot
        self.steps = steps
        self.images = images
        self.environment = environment
        self.stores = stores
        self.memory = memory
        self.losses = losses
        self.findings = findings
        self.edge = edge
        self.routes = routes
        self.storeSalt = storeSalt
        self.schemaChange = schemaChange
        self.migrations = migrations
    }

    /// Whether anything is done.
    public var isEmpty: Bool { steps.isEmpty }

    /// Whether it starts its release in the slot, also one that serves and is down.
    var startsRelease: Bool {
        steps.contains { if case .start(slot, release.id, _) = $0 { true } else { false } }
    }

    /// The findings that keep the plan from being run.
    public var refusals: [Finding] { findings.filter { $0.severity == .refusal } }
}

/// The image of one service, before and after.
public struct ImageChange: Sendable, Hashable, Codable {
    /// The service.
    public var service: String
    /// The image that serves now; nil for a new service.
    public var before: ImagePin?
    /// The image that will; nil for a service that is gone.
    public var after: ImagePin?
    /// Whether it is on the droplet already.
    public var isOnDroplet: Bool

    /// Makes a change.
    public init(service: String, before: ImagePin?, after: ImagePin?, isOnDroplet: Bool) {
        self.service = service
        self.before = before
        self.after = after
        self.isOnDroplet = isOnDroplet
    }
}

/// An environment key of a service that is new, changed or gone.
public struct EnvironmentChange: Sendable, Hashable, Codable {
    /// How a key changes.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It was not there.
        case added
        /// Its value is another.
        case changed
        /// It is not there any more.
        case removed
    }

    /// The service.
    public var service: String
    /// The key.
    public var key: String
    /// How it changes.
    public var kind: Kind

    /// Makes a change.
    public init(service: String, key: String, kind: Kind) {
        self.service = service
        self.key = key
        self.kind = kind
    }
}

/// What happens to a store.
public struct StoreChange: Sendable, Hashable, Codable {
    /// What is done with a store.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It runs and stays as it is.
        case untouched
        /// It does not exist and is made.
        case created
        /// It exists, does not run, and is started.
        case started
        /// Its settings changed in the Compose file; it stays as it is.
        case differs
    }

    /// The store.
    public var service: String
    /// What is done with it.
    public var kind: Kind

    /// Makes a change.
    public init(service: String, kind: Kind) {
        self.service = service
        self.kind = kind
    }
}

/// Whether the release that serves and the next one fit into memory side by side.
public struct MemoryForecast: Sendable, Hashable, Codable {
    /// What is given up where memory is short.
    public enum Verdict: String, Sendable, Hashable, Codable {
        /// Both fit; the release before stays on standby.
        case bothFit
        /// Both fit while traffic moves; the release before is removed afterwards.
        case noStandby
        /// They do not fit; the release that serves stops before the next one starts.
        case stopFirst
    }

    /// What programs can take, once the idle slot is cleared, in bytes.
    public var available: Int
    /// What the new slot will take, in bytes.
    public var needed: Int
    /// What has to stay free, in bytes.
    public var reserve: Int

    /// Makes a forecast; all figures are bytes.
    public init(available: Int, needed: Int, reserve: Int) {
        self.available = available
        self.needed = needed
        self.reserve = reserve
    }

    /// What is given up.
    public var verdict: Verdict {
        if available >= needed + reserve { return .bothFit }
        return available >= needed ? .noStandby : .stopFirst
    }
}
