/// What is found in `restart` over all services: one finding for those that have the same.
enum RestartFindings {
    static func findings(of plans: [String: ServicePlan]) -> [Finding] {
        let running = plans.values.filter { $0.role.kind != .job }.map(\.source).sorted { $0.name < $1.name }
        return reboots(of: running) + silences(of: plans)
    }

    /// Those that a droplet may not bring back after a reboot.
    private static func reboots(of services: [ComposeService]) -> [Finding] {
        let ending = services.filter { ["no", "on-failure"].contains($0.restartPolicy ?? "") }
        let groups = Dictionary(grouping: ending) { $0.restart ?? "" }.sorted { $0.key < $1.key }
        return groups.compactMap { restart, found in
            guard let first = found.first else { return nil }
            return Finding(
                .warning, "services.\(first.name).restart",
                "With “\(restart)” \(found.count == 1 ? "it" : found.map(\.name).briefSentence) may not come back after a "
                    + "reboot of the droplet.",
                advice: "Write restart: unless-stopped.")
        }
    }

    /// Workers that do not say what the others say: Compose would run them once, and many of them do run once.
    private static func silences(of plans: [String: ServicePlan]) -> [Finding] {
        let stating = plans.values.filter { plan in
            plan.role.kind != .job && ["always", "unless-stopped"].contains(plan.source.restart)
        }
        let silent = plans.values.filter { plan in
            plan.role.kind == .worker && !plan.role.isWithStores && plan.source.restart == nil
                && plan.source.ports.isEmpty && !plan.source.hasHealthCheck
        }
        let names = silent.map(\.source.name).sorted()
        guard let first = names.first, stating.count >= 2, names.count * 2 <= stating.count else { return [] }
        return [
            Finding(
                .note, "services.\(first).restart",
                "\(names.count == 1 ? "It does" : names.briefSentence + " do") not say “restart”, as the others do: "
                    + "taken for what runs on and is started again. A release does not serve if it ends.",
                advice: "Write restart: \"no\" where it runs once and ends, restart: unless-stopped where it runs on.")
        ]
    }
}

extension [String] {
    /// The texts as a sentence names them; of more than four, three and how many there are beside them.
    var briefSentence: String { (count > 4 ? prefix(3) + ["\(count - 3) more"] : self[...]).sentence }
}
