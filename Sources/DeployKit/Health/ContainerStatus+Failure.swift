extension [ContainerStatus] {
    /// What ended among the containers of a release, in words; nil when nothing did.
    ///
    /// - Parameters:
    ///   - services: The services of the release; a job may end well.
    ///   - known: How often each container, by name, had been restarted before it counts.
    /// - Returns: Which service it was, and how it ended.
    func failure(of services: [Service], beyond known: [String: Int] = [:]) -> String? {
        for container in sorted(by: { $0.name < $1.name }) {
            let isJob = services.contains { $0.name == container.service && $0.kind == .job }
            if isJob && (container.state != .exited || container.exitStatus == 0) { continue }
            let isKnown = container.state == .running && container.restarts <= known[container.name] ?? 0
            if isKnown, known[container.name] != nil { continue }
            if container.ranOutOfMemory { return "\(container.service) ran out of memory" }
            if container.state == .exited || container.state == .dead {
                return "\(container.service) exited with status \(container.exitStatus)"
            }
            if container.state == .restarting || container.restarts > 0 {
                let status = container.exitStatus == 0 ? "ended" : "exited with status \(container.exitStatus)"
                return "\(container.service) \(status) and was restarted"
            }
        }
        return nil
    }
}
