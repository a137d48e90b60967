import DeployKit

/// Something that always holds, as a value with a name: what a simulation looks for.
///
/// A new one is a new value in ``Invariant/all``; the numbers are those of the design's invariants.
package struct Invariant: Sendable {
    /// Its name, which begins with the number that it stands for.
    package let name: String
    /// Says what is wrong at a moment; nil when nothing is.
    let check: @Sendable (Moment) -> String?

    /// When something is checked.
    enum Occasion: Sendable {
        /// After an effect, an accident or a change by the passing of time.
        case change(String)
        /// A command ended.
        case end(SimulatedEnd)
        /// The last command was carried out, and nothing goes wrong any more.
        case settled(version: String)
    }

    /// What there is to look at.
    struct Moment {
        var scope: FakeScope
        var history: SimulationHistory
        var occasion: Occasion
    }

    init(_ name: String, _ check: @escaping @Sendable (Moment) -> String?) {
        self.name = name
        self.check = check
    }

    /// All of them.
    package static let all = serving + running + commands
}

/// How a command ended.
struct SimulatedEnd: Sendable {
    var command: SimulatedCommand
    var runner: Int
    /// What it threw; nil when it succeeded.
    var error: (any Error)?
    /// Whether it could do its work alone and nothing went wrong meanwhile, nor was anything wrong before.
    var isUndisturbed: Bool
    /// Whether the release that it deploys works.
    var isSound: Bool
    /// Whether the release before it was on the droplet already.
    var releases: Set<Release.ID> = []
}

/// An invariant that did not hold.
package struct Violation: Error, Sendable, CustomStringConvertible {
    /// The invariant.
    package var invariant: String
    /// What was found.
    package var finding: String
    /// The invariant and what was found.
    package var description: String { "\(invariant): \(finding)" }
}
