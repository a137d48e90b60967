import DeployKit

extension DropletContract {
    static let neighbours: [Check] = [
        Check("two environments on one droplet do not touch each other") { droplet, fixture in
            let (other, otherFixture) = try await fixture.neighbour()
            try await droplet.withLease(as: .contract, waiting: .zero) { leased in
                // Under a lease of its own, at the same time.
                try await other.withLease(as: .contract, waiting: .zero) { otherLeased in
                    let own = ContractRun(droplet: leased, fixture: fixture)
                    let neighbour = ContractRun(droplet: otherLeased, fixture: otherFixture)
                    let kept = try await neighbour.serve("v1", in: .blue)
                    let before = try await otherFixture.inventory()
                    let ports = try await neighbour.edge().firstPort

                    let release = try await own.serve("v1", in: .blue)
                    let state = try await own.droplet.observe()
                    try require(
                        state.neighbours.map(\.scope), is: [otherFixture.environment.scope], "the neighbours seen")
                    try require(state.edge?.firstPort != ports, "each has ports of its own")
                    try require(
                        Set(state.edgeStatus.hosts.keys), is: Set(fixture.environment.routes.map(\.host)),
                        "the hosts of the environment")

                    try await own.droplet.clear(.blue)
                    try await own.droplet.remove([release.id])
                    try require(try await otherFixture.inventory(), is: before, "what the neighbour has")
                    try require(
                        try await neighbour.droplet.observe().releases, is: [kept], "the neighbour's releases")
                    for image in kept.images.values {
                        let images = try await neighbour.droplet.observe().images
                        try require(images[image.digest] != nil, "the neighbour's image \(image.name) is there")
                    }
                    try await neighbour.requireServing(.blue, "after the other environment was cleared")
                }
            }
        }
    ]
}
