import DeployKit

extension DropletContract {
    static let edge: [Check] = [
        .leased("a slot that serves nothing answers through the preview only") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            try await run.requireServing(.blue, "while green is prepared")
            for result in try await run.probe(.preview(.green)) {
                try require(
                    result.isSuccess && (result.slot == nil || result.slot == .green),
                    "green answers \(result.host) through its preview: \(result)")
            }
        },
        .leased("a cutover to a slot that is not up is refused, and moves nothing") { run in
            _ = try await run.serve("v1", in: .blue)
            let release = try await run.stage("v2")
            try await run.prepareEdge(for: release, in: .green)
            try await require("the cutover throws an error of code edge", throwing: hasCode(.edge)) {
                try await run.cutOver(to: .green)
            }
            try await run.requireServing(.blue, "after the refusal")
        },
        .leased("a cutover with another policy than the edge was told of is refused, and moves nothing") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            var edge = try await run.edge()
            edge.serving = .green
            edge.policy.serverTimeout += .seconds(1)
            let unknown = edge
            try await require("the cutover throws an error of code edge", throwing: hasCode(.edge)) {
                _ = try await run.droplet.cutOver(unknown)
            }
            try await run.requireServing(.blue, "after the refusal")
        },
        .leased("a cutover moves all routes at once and arms the standby") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.serve("v2", in: .green, standby: true)
            try await run.cutOver(to: .green, standby: true)
            try await run.requireServing(.green, "after the cutover")
            let state = try await run.droplet.observe()
            try require(state.edge?.serving, is: .green, "the slot that the edge was told of")
            try require(state.edge?.standbyIsArmed, is: true, "whether the edge was told to let the other stand by")
            try require(state.servingRelease?.id.rawValue, is: "v2", "the release that serves")
            let backups = state.edgeStatus.servers.filter { $0.isBackup && $0.backendSlot == .green }
            try require(
                !backups.isEmpty && backups.allSatisfy { !$0.isDisabled && $0.isUp }, "blue stands by: \(backups)")
        },
        .leased("an armed standby answers when the serving slot cannot") { run in
            _ = try await run.serve("v1", in: .blue)
            let release = try await run.serve("v2", in: .green, standby: true)
            try await run.droplet.stop([release.webServices[0].name], in: .green)
            try await run.untilAnswered(by: .blue)
            let hosts = Set(try await run.droplet.observe().edgeStatus.hosts.values)
            try require(hosts, is: [.green], "where the routes lead, for nobody moved them")
        },
        .leased("a standby that is not armed never answers") { run in
            let release = try await run.serve("v1", in: .blue)
            _ = try await run.bringUp("v2", in: .green)
            let backups = try await run.droplet.observe().edgeStatus.servers.filter(\.isBackup)
            try require(backups.allSatisfy(\.isDisabled), "the servers that could stand by are kept out: \(backups)")
            try await run.droplet.stop(release.webServices.map(\.name), in: .blue)
            try await run.untilHealth(of: .blue, "the edge finds blue down") { !$0.servers.contains(where: \.isUp) }
            for result in try await run.probe(.public) {
                try require(!result.isSuccess, "nobody answers \(result.host): \(result)")
            }
        },
        .leased("a drain returns at once when no connection is open") { run in
            _ = try await run.serve("v1", in: .blue)
            _ = try await run.serve("v2", in: .green, standby: true)
            for _ in 1...2 {
                let report = try await run.droplet.drain(.blue, within: .seconds(30))
                try require(report.closed, is: 0, "the connections that were closed")
            }
            try await run.requireServing(.green, "after the drain")
        },
    ]
}
