/// The releases that served an environment, in the order in which a rollback goes back through them.
///
/// A deploy puts its release on top. A rollback takes off what lies above its target, so that a second rollback
/// goes further back and never forward to the release that was just left.
public struct ReleaseHistory: Sendable, Hashable {
    /// From the oldest to the one that serves.
    public private(set) var releases: [Release.ID] = []

    /// Replays the records of an environment, the oldest first.
    public init(_ records: [RolloutRecord]) {
        for record in records where record.result == .succeeded {
            switch record.action {
            case .deploy:
                // It served, though its own run may have died before it was remembered.
                if let before = record.before, before != record.release, releases.last != before {
                    releases.removeAll { $0 == before }
                    releases.append(before)
                }
                releases.removeAll { $0 == record.release }
                releases.append(record.release)
            case .rollback:
                if let index = releases.lastIndex(of: record.release) {
                    releases.removeSubrange((index + 1)...)
                } else {
                    releases.append(record.release)
                }
            }
        }
    }

    /// The release that a rollback from `serving` goes to by default; nil when there is none.
    public func release(before serving: Release.ID) -> Release.ID? {
        guard let index = releases.lastIndex(of: serving) else { return releases.last }
        return index > 0 ? releases[index - 1] : nil
    }
}
