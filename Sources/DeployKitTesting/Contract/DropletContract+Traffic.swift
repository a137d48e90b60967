import DeployKit

extension DropletContract {
    static let traffic: [Check] = [
        .leased("what the edge counts grows with what a slot answers, and only there") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            let before = try await run.droplet.sample(.blue, after: nil, within: .zero)
            for _ in 1...5 { _ = try await run.probe(.public) }
            let after = try await run.droplet.sample(.blue, after: before, within: .zero)
            func growth(_ slot: Slot, _ service: String) -> Int {
                func answered(_ sample: WatchSample) -> Int {
                    sample.counters.filter { $0.slot == slot && $0.service == service }.reduce(0) { $0 + $1.answered }
                }
                return answered(after) - answered(before)
            }
            for route in run.environment.routes {
                try require(growth(.blue, route.service), is: 5, "what \(route.service) in blue has answered")
                try require(growth(.green, route.service), is: 0, "what \(route.service) in green has answered")
            }
            try require(after.counters.allSatisfy { $0.serverErrors == 0 }, "no errors: \(after.counters)")
        },
        .leased("a sample ends when a server goes down") { run in
            let release = try await run.bringUp("v1", in: .blue)
            var known = try await run.droplet.sample(.blue, after: nil, within: .zero)
            try await run.droplet.stop([release.webServices[0].name], in: .blue)
            for _ in 0..<100 where known.health.servers.allSatisfy(\.isUp) {
                known = try await run.droplet.sample(.blue, after: known, within: .seconds(30))
            }
            try require(!known.health.servers.allSatisfy(\.isUp), "a server is down: \(known.health.servers)")
        },
        .leased("a share of the requests reaches the slot that the routes do not lead to, until it is 0") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            for _ in 1...2 { try await run.amend { $0.share = EdgeShare(percent: 100) } }
            try await run.untilAnswered(by: .green)
            var status = try await run.droplet.observe().edgeStatus
            try require(status.share, is: 100, "the share")
            try require(Set(status.hosts.values), is: [.blue], "where the routes lead")
            let backups = status.servers.filter(\.isBackup)
            try require(
                !backups.isEmpty && backups.allSatisfy { $0.isDisabled == ($0.slot == .green) },
                "blue may answer for green, and green not for blue: \(backups)")
            for _ in 1...2 { try await run.amend { $0.share = nil } }
            status = try await run.droplet.observe().edgeStatus
            try require(status.share, is: 0, "the share")
            try require(status.servers.filter(\.isBackup).allSatisfy(\.isDisabled), "nobody stands by: \(status)")
            try await run.requireServing(.blue, "after the share is 0")
        },
        .leased("a cutover ends a share in the same moment") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            try await run.amend { $0.share = EdgeShare(percent: 50) }
            var edge = try await run.edge()
            edge.serving = .green
            edge.standbyIsArmed = true
            edge.share = nil
            _ = try await run.droplet.cutOver(edge)
            let state = try await run.droplet.observe()
            try require(state.edgeStatus.share, is: 0, "the share")
            try require(state.edge?.share, is: nil, "the share that the edge was told of")
            try await run.requireServing(.green, "after the cutover")
        },
        .leased("a share for a slot that is not up is refused, and changes nothing") { run in
            _ = try await run.serve("v1", in: .blue)
            let release = try await run.stage("v2")
            try await run.prepareEdge(for: release, in: .green)
            try await require("it throws an error of code edge", throwing: hasCode(.edge)) {
                try await run.amend { $0.share = EdgeShare(percent: 10) }
            }
            try require(try await run.droplet.observe().edgeStatus.share, is: 0, "the share")
            try await run.requireServing(.blue, "after the refusal")
        },
        .leased("what a new release cannot answer in a canary, the one that serves answers") { run in
            _ = try await run.serve("v1", in: .blue)
            let release = try await run.bringUp("v2", in: .green)
            try await run.amend { $0.share = EdgeShare(percent: 100) }
            try await run.droplet.stop([release.webServices[0].name], in: .green)
            try await run.untilAnswered(by: .blue)
        },
        .leased("maintenance goes on and off, and does not keep probes from the application") { run in
            _ = try await run.serve("v1", in: .blue)
            let maintenance = Maintenance(message: "It's \"closed\" <today>.", retryAfter: 60, reason: "a contract")
            for _ in 1...2 { try await run.amend { $0.maintenance = maintenance } }
            let state = try await run.droplet.observe()
            try require(state.edgeStatus.isInMaintenance, "the running edge says so")
            try require(state.edge?.maintenance, is: maintenance, "what the edge was told")
            try await run.requireServing(.blue, "to probes")
            _ = try await run.serve("v2", in: .green, standby: true)
            try require(
                try await run.droplet.observe().edgeStatus.isInMaintenance, "it stays on over the next release")
            for _ in 1...2 { try await run.amend { $0.maintenance = nil } }
            try require(try await !run.droplet.observe().edgeStatus.isInMaintenance, "it is off")
            try await run.requireServing(.green, "after the maintenance")
        },
    ]
}

extension ContractRun {
    /// Changes what is changed without a reload.
    func amend(_ change: (inout EdgeEnvironment) -> Void) async throws {
        var edge = try await edge()
        change(&edge)
        try await droplet.amendEdge(edge)
    }
}
