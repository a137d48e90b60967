import DeployKit

extension DropletContract {
    static let files: [Check] = [
        Check("an empty droplet is observed as empty") { droplet, _ in
            let state = try await droplet.observe()
            try require(state.containers.isEmpty && state.stores.isEmpty, "no containers: \(state.containers)")
            try require(state.releases, is: [], "releases")
            try require(state.records, is: [], "records")
            try require(state.edge, is: nil, "what the edge was told")
            try require(state.edgeStatus, is: EdgeStatus(), "what the edge says")
            try require(state.leaseOwner, is: nil, "the owner of the lease")
            try require(
                ![state.host.docker, state.host.compose, state.host.haproxy].contains(""),
                "all programs have versions: \(state.host)")
            try require(
                state.host.memoryAvailable > 0 && state.host.memoryTotal >= state.host.memoryAvailable
                    && state.host.diskFree > 0 && state.host.diskTotal >= state.host.diskFree,
                "memory and disk have room: \(state.host)")
        },
        .leased("a staged release comes back as it was, however often it was staged") { run in
            let release = try await run.stage("v1")
            _ = try await run.stage("v1")
            let state = try await run.droplet.observe()
            try require(state.releases, is: [release], "releases")
            for image in release.images.values {
                try require(state.images[image.digest] != nil, "the image \(image.name) is on the droplet")
            }
        },
        .leased("an image that was fetched is known before a release names it") { run in
            let release = try await run.fixture.release("v1", behaving: .healthy)
            let references = try await run.droplet.fetch(release.images.values.sorted { $0.name < $1.name })
            let images = try await run.droplet.observe().images
            for image in release.images.values {
                try require(images[image.digest], is: references[image.digest], "what \(image.name) is called")
            }
        },
        .leased("an image that does not exist cannot be fetched") { run in
            try await require("fetching it throws an error of code image", throwing: hasCode(.image)) {
                try await run.droplet.fetch([missingImage])
            }
        },
        .leased("a removed release is forgotten, and its images with it") { run in
            let first = try await run.stage("v1")
            let second = try await run.stage("v2")
            try await run.droplet.remove([first.id])
            try await run.droplet.remove([first.id])
            let state = try await run.droplet.observe()
            try require(state.releases, is: [second], "releases")
            let images = state.images
            for image in second.images.values {
                try require(images[image.digest] != nil, "\(image.name), which \(second.id) needs, is still there")
            }
            for image in first.images.values {
                try require(images[image.digest] == nil, "\(image.name), which nothing needed, is gone")
            }
        },
        .leased("the secrets of staged releases can be read back") { run in
            let release = try await run.fixture.release("v1", behaving: .healthy)
            let references = try await run.droplet.fetch(release.images.values.sorted { $0.name < $1.name })
            let ports = PortBlock(first: try await run.edge().firstPort)
            var bundle = try await run.fixture.bundle(of: release, references: references, ports: ports)
            let values = ["DK_KEY": "it's\na \\ \"key\"", "DK_URL": "amqp://u:pass-word@q/", "DK_LEVEL": "debug"]
            bundle.environment = EnvironmentFile.text(values.mapValues { Secret($0) }, confidential: ["DK_KEY"])
            try await run.droplet.stage(bundle)
            let found = try await run.droplet.secrets().map(\.revealed).sorted()
            try require(found, is: ["it's\na \\ \"key\"", "pass-word"], "secrets")
        },
        .leased("records come back in their order, with the droplet's time") { run in
            guard let before = Release.ID(rawValue: "v1"), let release = Release.ID(rawValue: "v2") else { return }
            let records = [
                RolloutRecord(
                    action: .deploy, release: before, before: nil, result: .succeeded, actor: "a", milliseconds: 1),
                RolloutRecord(
                    action: .deploy, release: release, before: before, result: .failed, actor: "b", milliseconds: 2,
                    reason: "it's \"quoted\" \\ and\nhas two lines"),
                RolloutRecord(
                    action: .rollback, release: before, before: release, result: .succeeded, actor: "c",
                    milliseconds: 3),
            ]
            for record in records { try await run.droplet.record(record) }
            let found = try await run.droplet.observe().records
            let times = found.map(\.at)
            try require(times.allSatisfy { $0 > 0 } && times == times.sorted(), "times grow: \(times)")
            let timeless = found.map { record in
                var record = record
                record.at = 0
                return record
            }
            try require(timeless, is: records, "records")
        },
    ]

    /// Whether an error is a ``DeployError`` of a kind.
    static func hasCode(_ code: DeployError.Code) -> (any Error) -> Bool {
        { ($0 as? DeployError)?.code == code }
    }
}
