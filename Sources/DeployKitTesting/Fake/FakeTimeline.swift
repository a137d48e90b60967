public import DeployKit

/// What a request to a host gets at one moment.
public enum FakeAnswer: Sendable, Hashable {
    /// A release answers.
    case answered(by: Release.ID, slot: Slot, status: Int)
    /// The edge lets it wait for a server, at most ``FakeTimeline/holdLimit``.
    case held
    /// Nothing is there: the edge answers 503.
    case unavailable

    /// The release that answers.
    public var release: Release.ID? {
        if case .answered(let release, _, _) = self { release } else { nil }
    }

    /// The slot that answers.
    public var slot: Slot? {
        if case .answered(_, let slot, _) = self { slot } else { nil }
    }
}

/// Who answered each host of an environment, after every effect and every change by the passing of time.
public struct FakeTimeline: Sendable, Hashable, CustomStringConvertible {
    /// The answers at one moment.
    public struct Sample: Sendable, Hashable {
        /// When, by the droplet's clock.
        public var at: Duration
        /// What happened just before: an effect in words, or `time`.
        public var cause: String
        /// The answer of each host.
        public var answers: [String: FakeAnswer]
    }

    /// The moments, in order.
    public internal(set) var samples: [Sample] = []

    /// How long the edge lets a request wait: 60 tries, 300 ms apart.
    public static let holdLimit = Duration.seconds(18)

    /// The releases that answered, in order; each is named again when another one answered between.
    public var releases: [Release.ID] {
        var releases: [Release.ID] = []
        for release in samples.flatMap({ $0.answers.sorted { $0.key < $1.key }.compactMap(\.value.release) })
        where releases.last != release {
            releases.append(release)
        }
        return releases
    }

    /// The moments at which two hosts were answered by different releases.
    public var mixed: [Sample] {
        samples.filter { Set($0.answers.values.compactMap(\.release)).count > 1 }
    }

    /// The moments at which a request would have been lost: no answer, an error, or a wait beyond the limit.
    ///
    /// A host counts from its first answer on.
    public var lost: [Sample] {
        var hasAnswered: Set<String> = []
        return samples.indices.filter { index in
            let sample = samples[index]
            let isLost = sample.answers.contains { host, answer in
                hasAnswered.contains(host) && isLoss(answer, of: host, at: index)
            }
            hasAnswered.formUnion(sample.answers.filter { $0.value.release != nil }.keys)
            return isLost
        }.map { samples[$0] }
    }

    private func isLoss(_ answer: FakeAnswer, of host: String, at index: Int) -> Bool {
        switch answer {
        case .answered(_, _, let status): return status >= 500
        case .unavailable: return true
        case .held:
            let later = samples[index...].first { $0.answers[host] != .held } ?? samples.last
            guard let later else { return false }
            return later.answers[host] == .unavailable || later.at - samples[index].at > Self.holdLimit
        }
    }

    /// A line for each moment at which an answer changed.
    public var description: String {
        var last: [String: FakeAnswer] = [:]
        return samples.compactMap { sample -> String? in
            guard sample.answers != last else { return nil }
            last = sample.answers
            let answers = sample.answers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return "\(sample.at) \(sample.cause): \(answers.joined(separator: ", "))"
        }.joined(separator: "\n")
    }
}

extension FakeAnswer: CustomStringConvertible {
    /// The answer in a few words: `v2 (green)`.
    public var description: String {
        switch self {
        case .answered(let release, let slot, let status):
            "\(release) (\(slot.rawValue))\(status == 200 ? "" : " \(status)")"
        case .held: "held"
        case .unavailable: "unavailable"
        }
    }
}
