extension Planner {
    func imageChanges(from before: Release?, to after: Release) -> [ImageChange] {
        let names = Set(after.images.keys).union(before?.images.keys ?? [:].keys)
        return names.sorted().compactMap { name in
            let old = before?.images[name]
            let new = after.images[name]
            guard old?.digest != new?.digest else { return nil }
            let isOnDroplet = new.map { state.images[$0.digest] != nil } ?? true
            return ImageChange(service: name, before: old, after: new, isOnDroplet: isOnDroplet)
        }
    }

    func environmentChanges(from before: Release?, to candidate: ReleaseCandidate) -> [EnvironmentChange] {
        let old = before?.environmentDigests ?? [:]
        let new = candidate.environmentValues.mapValues { value in
            ReleaseCandidate.digest(of: value.revealed, salt: before?.salt ?? "")
        }
        return environmentChanges(from: old, to: new)
    }

    /// The keys that differ between two sets of digests with the same salt.
    func environmentChanges(from old: [String: String], to new: [String: String]) -> [EnvironmentChange] {
        Set(old.keys).union(new.keys).sorted().compactMap { name in
            guard old[name] != new[name], let dot = name.firstIndex(of: ".") else { return nil }
            let kind: EnvironmentChange.Kind =
                switch (old[name], new[name]) {
                case (nil, _): .added
                case (_, nil): .removed
                default: .changed
                }
            return EnvironmentChange(
                service: String(name[..<dot]), key: String(name[name.index(after: dot)...]), kind: kind)
        }
    }

    func storeChanges(_ candidate: ReleaseCandidate) -> [StoreChange] {
        let digests = candidate.storeDigests(salt: state.storeSalt)
        return candidate.storeServices.map(\.name).sorted().map { name in
            let containers = state.stores.filter { $0.service == name }
            let kind: StoreChange.Kind =
                if containers.isEmpty {
                    .created
                } else if !containers.allSatisfy({ $0.state == .running && $0.health != .unhealthy }) {
                    .started
                } else if let made = state.storeDigests[name], made != digests[name] {
                    .differs
                } else {
                    .untouched
                }
            return StoreChange(service: name, kind: kind)
        }
    }

    func storeFindings(_ changes: [StoreChange]) -> [Finding] {
        changes.filter { $0.kind == .differs }.map { change in
            Finding(
                .warning, "services.\(change.service)",
                "the settings of this store changed in the Compose file; a deploy never recreates a store",
                advice: "Apply the change by hand, in a maintenance window, after a backup."
            )
        }
    }

    /// What the droplet fetches by itself to make stores: their images do not come with a release.
    func storeImageFindings(_ changes: [StoreChange], _ candidate: ReleaseCandidate) -> [Finding] {
        changes.filter { $0.kind == .created }.compactMap { change in
            guard let image = candidate.storeImages[change.service] else { return nil }
            guard ImageReference(image)?.isMoving != true else {
                return Finding(
                    .warning, "services.\(change.service).image",
                    "the droplet fetches \(image) for this store, and nobody can say later which version that was",
                    advice: "Name a version of it in the Compose file.")
            }
            return Finding(
                .note, "services.\(change.service).image",
                "the droplet fetches \(image) for this store from where its name says, unless it has it",
                advice: "Where only this machine has it: docker save \(image) | ssh DROPLET docker load")
        }
    }

    /// Stores that run on the droplet and are not in the Compose file any more.
    func orphanFindings(_ candidate: ReleaseCandidate) -> [Finding] {
        let known = Set(candidate.storeServices.map(\.name))
        return Set(state.stores.map(\.service)).subtracting(known).sorted().map { name in
            Finding(
                .warning, "services.\(name)",
                "this store runs on the droplet and is not in the Compose file; it is left as it is",
                advice: "Remove it by hand when its data is not needed any more."
            )
        }
    }

    func memoryForecast(for services: [Service], clearing slot: Slot, serving: Slot?) -> MemoryForecast {
        let freed = state.containers(in: slot).reduce(0) { $0 + $1.memory }
        let now = serving.map { state.containers(in: $0) } ?? []
        let needed = services.filter { $0.kind != .store && $0.kind != .job }.reduce(0) { sum, service in
            let measured = now.filter { $0.service == service.name }.map(\.memory).max() ?? 0
            return sum + (service.memoryLimit ?? measured) * service.replicas
        }
        return MemoryForecast(
            available: state.host.memoryAvailable + freed,
            needed: needed,
            reserve: environment.retention.memoryReserve
        )
    }

    /// What is given up where memory is short.
    ///
    /// - Parameters:
    ///   - memory: What is needed and available.
    ///   - former: The slot that answers now; nil where nothing serves yet, so that nothing can be given up.
    /// - Returns: A warning or a refusal, or nothing.
    func memoryFindings(_ memory: MemoryForecast, former: Slot?) -> [Finding] {
        let figures = "the new slot takes about \(memory.needed.inBytes), \(memory.available.inBytes) are available"
        guard former != nil else { return firstMemoryFindings(memory, figures) }
        switch memory.verdict {
        case .bothFit:
            return []
        case .noStandby:
            return [
                Finding(
                    .warning, "memory",
                    "\(figures), less than the reserve of \(memory.reserve.inBytes): the release before is removed "
                        + "after the cutover, and a rollback has to start it again",
                    advice: "Use a bigger droplet to keep a standby."
                )
            ]
        case .stopFirst where options.allowsDowntime:
            return [
                Finding(
                    .warning, "memory",
                    "\(figures): the release that serves stops before the next one starts, and requests are lost")
            ]
        case .stopFirst:
            return [
                Finding(
                    .refusal, "memory", "\(figures): both releases do not fit side by side",
                    advice: "Use a bigger droplet, set memory limits, or accept lost requests with --allow-downtime."
                )
            ]
        }
    }

    private func firstMemoryFindings(_ memory: MemoryForecast, _ figures: String) -> [Finding] {
        switch memory.verdict {
        case .bothFit:
            return []
        case .noStandby:
            return [
                Finding(
                    .warning, "memory",
                    "\(figures): the release fits, and less than the reserve of \(memory.reserve.inBytes) stays free",
                    advice: "Use a bigger droplet, or lower the memory limits."
                )
            ]
        case .stopFirst:
            // The figures are limits, of which a person may know that they are not reached.
            return [
                Finding(
                    options.allowsDowntime ? .warning : .refusal, "memory", "\(figures): the release does not fit",
                    advice:
                        "Use a bigger droplet, or lower the memory limits of the services. Where they are known not "
                        + "to be reached, --allow-downtime deploys all the same."
                )
            ]
        }
    }
}
