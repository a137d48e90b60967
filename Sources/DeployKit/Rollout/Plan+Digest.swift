extension Plan {
    /// The SHA-256 of what the plan does: the same for the plan that was looked at and the one that then ran.
    ///
    /// What is random, as a salt, or fluctuates, as free memory, is not in it.
    public var digest: Digest {
        var lines = [
            "scope \(scope)", "action \(action.rawValue)", "before \(before?.rawValue ?? "-")",
            "release \(release.id) \(release.version)", "slot \(slot.rawValue)", "schema \(schemaChange.rawValue)",
        ]
        lines += release.images.sorted { $0.key < $1.key }.map { "image \($0.key) \($0.value.digest)" }
        lines += environment.map { "value \($0.service).\($0.key) \($0.kind.rawValue)" }
        lines += stores.map { "store \($0.service) \($0.kind.rawValue)" }
        lines += routes.map { "route \($0.host) \($0.service)" }
        lines += steps.map { "step \($0.name) \($0)" }
        return SHA256.hash(Array(lines.joined(separator: "\n").utf8))
    }
}
