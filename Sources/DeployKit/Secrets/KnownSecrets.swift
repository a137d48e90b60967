internal import Synchronization

/// The secrets that a run has come to know, and what is shown without them.
///
/// A class, since what writes and what learns are far apart: a value read from the droplet late in a run is taken out
/// of all that is written from then on.
public final class KnownSecrets: Sendable {
    private struct State {
        var secrets: Set<Secret> = []
        var names: Set<String> = []
        var redactor = Redactor()

        func isName(_ secret: Secret) -> Bool {
            let text = secret.revealed
            return names.contains { $0.contains(text) }
        }
    }

    private let state = Mutex(State())

    /// Starts with some secrets.
    public init(_ secrets: some Sequence<Secret> = []) {
        learn(secrets)
    }

    /// Learns more secrets.
    public func learn(_ secrets: some Sequence<Secret>) {
        state.withLock { state in
            state.secrets.formUnion(secrets)
            state.redactor.learn(secrets.filter { !state.isName($0) })
        }
    }

    /// Leaves alone what is a part of names that everybody sees: an application `bank` whose password is `bank` has no
    /// secret, and what is shown of it would be blank.
    public func exempt(_ names: some Sequence<String>) {
        state.withLock { state in
            let count = state.names.count
            state.names.formUnion(names)
            guard state.names.count > count else { return }
            state.redactor = Redactor(state.secrets.filter { !state.isName($0) })
        }
    }

    /// A text without the secrets that are known by now.
    public func redact(_ text: String) -> String { current.redact(text) }

    /// The lines of the secrets that are known by now, each once: what another program has to be told to hide them, too.
    ///
    /// Without what is too short to be looked for, or a part of a name.
    package var lines: Set<Secret> {
        state.withLock { state in
            state.secrets.reduce(into: []) { lines, secret in
                lines.formUnion(SecretForms.lines(of: secret).map { Secret(bytes: $0) }.filter { !state.isName($0) })
            }
        }
    }

    /// A redactor of the secrets that are known by now.
    public var current: Redactor { state.withLock { $0.redactor } }
}

extension Environment {
    /// The names that everybody sees.
    public var publicNames: [String] { [scope, branch] + routes.flatMap { [$0.host, $0.service] } }
}

extension ReleaseCandidate {
    /// The names that everybody sees.
    public var publicNames: [String] { services.map(\.name) + images.values.map(\.name) }
}

extension DropletState {
    /// The names that everybody sees.
    public var publicNames: [String] {
        (containers + stores).map(\.service) + releases.flatMap { $0.images.values.map(\.name) }
    }
}
