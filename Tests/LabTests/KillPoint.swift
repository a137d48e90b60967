/// A step at which the runner dies.
struct KillPoint: Hashable, Sendable, CustomStringConvertible {
    /// What the runner does that dies.
    enum Command: String, Sendable {
        /// The first deploy, onto a droplet without stores.
        case first = "first deploy"
        /// A deploy with a migration, before which the database is dumped.
        case deploy
        /// A deploy whose release gets shares of the requests first.
        case canary
        /// A rollback to the standby.
        case rollback
        /// A rollback to a release that has to start again, for it does not stand by.
        case restart = "rollback to an older release"
    }

    var command: Command
    var step: String
    /// What the step says of itself, where a rollout has several of its kind.
    var words = ""

    var description: String { "\(command.rawValue) at \(step)\(words.isEmpty ? "" : ": \(words)")" }

    static let all =
        points(.first, ["start-stores", "start", "cut-over", "record"])
        + points(
            .deploy,
            [
                "fetch-images", "stage", "checkpoint", "migrate", "prepare-edge", "vacate", "start", "gate", "cut-over",
                "verify", "watch", "drain", "prune", "record",
            ])
        + [
            KillPoint(command: .canary, step: "shift", words: "let 10 %"), KillPoint(command: .canary, step: "watch"),
            KillPoint(command: .canary, step: "shift", words: "let 50 %"),
            KillPoint(command: .canary, step: "cut-over"),
        ]
        + points(.rollback, ["cut-over", "verify", "drain", "record"])
        + points(.restart, ["prepare-edge", "vacate", "start", "gate", "cut-over", "verify", "drain", "record"])

    /// Those that tell the most: each thing that a run leaves half done.
    static let telling = all.filter { point in
        switch point.command {
        case .first: point.step == "start-stores"
        case .deploy: ["checkpoint", "migrate", "cut-over"].contains(point.step)
        case .canary: point.words == "let 50 %"
        case .rollback: point.step == "cut-over"
        case .restart: point.step == "start"
        }
    }

    private static func points(_ command: Command, _ steps: [String]) -> [KillPoint] {
        steps.map { KillPoint(command: command, step: $0) }
    }

    /// How often the runner dies at each of some points, in turn, for a number of kills in total.
    static func turns(of kills: Int, at points: [KillPoint]) -> [KillPoint: Int] {
        Dictionary(
            uniqueKeysWithValues: points.enumerated().map { index, point in
                (point, kills / points.count + (index < kills % points.count ? 1 : 0))
            })
    }
}
