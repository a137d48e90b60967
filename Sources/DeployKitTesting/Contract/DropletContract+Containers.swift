import DeployKit

extension DropletContract {
    static let containers: [Check] = [
        .leased("stores are made once, and never again") { run in
            let stores = try await run.fixture.stores()
            try await run.droplet.startStores(stores)
            let before = try await run.fixture.inventory()
            let state = try await run.droplet.observe()
            try require(
                Set(state.stores.map(\.service)), is: Set(stores.services.map(\.name)), "the stores on the droplet")
            try require(
                state.stores.allSatisfy { $0.state == .running && $0.slot == nil }, "they run: \(state.stores)")
            try require(state.storeDigests, is: stores.digests, "the digests of their settings")
            try require(state.storeSalt, is: stores.salt, "the salt of the digests")
            try await run.droplet.startStores(stores)
            try require(try await run.fixture.inventory(), is: before, "containers and volumes")
        },
        .leased("a start returns when the jobs are done, and changes nothing the second time") { run in
            let release = try await run.bringUp("v1", in: .blue)
            let containers = try await run.droplet.observe().containers(in: .blue)
            for job in release.jobs {
                let ended = containers.filter { $0.service == job.name && $0.state == .exited && $0.exitStatus == 0 }
                try require(!ended.isEmpty, "the job \(job.name) has ended well: \(containers)")
            }
            try require(
                containers.allSatisfy { $0.release == release.id }, "they belong to \(release.id): \(containers)")
            let before = try await run.fixture.inventory()
            try await run.start(release, in: .blue)
            try require(try await run.fixture.inventory(), is: before, "the containers after a second start")
        },
        .leased("a change of a slot's health is seen") { run in
            let release = try await run.bringUp("v1", in: .blue)
            let service = release.webServices[0].name
            let known = try await run.droplet.health(of: .blue, after: nil, within: .zero)
            try await run.droplet.stop([service], in: .blue)
            let health = try await run.droplet.health(of: .blue, after: known, within: .seconds(30))
            try require(health != known, "the health is another once \(service) has stopped")
            try await run.untilHealth(of: .blue, "the edge finds \(service) down") { health in
                health.servers.allSatisfy { $0.isUp == ($0.service != service) }
            }
        },
        .leased("a release whose image is not there does not start") { run in
            try await run.droplet.startStores(try await run.fixture.stores())
            var release = try await run.fixture.release("v1", behaving: .healthy)
            for service in release.services {
                release.images[service.name] = missingImage
            }
            let references = [missingImage.digest: "\(missingImage.name)@\(missingImage.digest)"]
            let bundle = try await run.fixture.bundle(
                of: release, references: references, ports: PortBlock(first: try await run.edge().firstPort))
            try await run.droplet.stage(bundle)
            try require(try await run.droplet.observe().images[missingImage.digest], is: nil, "the missing image")
            let started = release
            try await require("starting it throws an error of code image", throwing: hasCode(.image)) {
                try await run.start(started, in: .blue)
            }
        },
        .leased("a job that fails keeps its release from starting") { run in
            let release = try await run.stage("v1", behaving: .failsJob)
            try await run.droplet.startStores(try await run.fixture.stores())
            do {
                try await run.start(release, in: .blue)
                throw ContractViolation("starting it throws an error of code unhealthy; it did not throw")
            } catch let error as DeployError {
                try require(error.code.name, is: DeployError.Code.unhealthy.name, "the kind of the error \(error)")
                let words = ([error.message] + error.evidence).joined(separator: "\n")
                try require(words.contains("3"), "the error has the exit status: \(words)")
                try require(
                    words.contains(ContractBehaviour.exitLine), "the error has what the job printed: \(words)")
            }
        },
        .leased("the logs of a container that exited can be read") { run in
            let release = try await run.stage("v1", behaving: .exits)
            try await run.droplet.startStores(try await run.fixture.stores())
            try await run.prepareEdge(for: release, in: .blue)
            do {
                try await run.start(release, in: .blue)
            } catch let error as DeployError where error.code == .unhealthy {
                // A service that depends on one that exited lets the start fail, which is as good.
            }
            // Its status is there until it is started again by policy.
            try await run.untilHealth(of: .blue, "a container has exited with status 3") { health in
                health.containers.contains { $0.exitStatus == 3 || $0.restarts > 0 }
            }
            let logs = try await run.droplet.logs(of: .blue, services: [], lines: 20)
            try require(
                logs.contains { $0.text.contains(ContractBehaviour.exitLine) }, "its log has what it printed: \(logs)")
            let names = Set(release.webServices.map(\.name))
            let some = try await run.droplet.logs(of: .blue, services: names.sorted(), lines: 1)
            try require(Set(some.map(\.service)).isSubset(of: names), "only the logs that were asked for: \(some)")
        },
        .leased("stopped services stay, and start again as they were") { run in
            let release = try await run.bringUp("v1", in: .blue)
            let workers = release.workers.map(\.name)
            let before = try await run.fixture.inventory()
            try await run.droplet.stop(workers, in: .blue)
            try await run.droplet.stop(workers, in: .blue)
            for container in try await run.droplet.observe().containers(in: .blue) {
                let isJob = release.jobs.contains { $0.name == container.service }
                let isStopped = isJob || workers.contains(container.service)
                try require(container.state, is: isStopped ? .exited : .running, "the state of \(container.name)")
            }
            try await run.droplet.resume(workers, in: .blue)
            try await run.droplet.resume(workers, in: .blue)
            try await run.untilHealth(of: .blue, "the workers run again") { health in
                health.containers.filter { workers.contains($0.service) }.allSatisfy { $0.state == .running }
            }
            try require(try await run.fixture.inventory(), is: before, "containers, volumes and networks")
        },
        .leased("a vacated slot has no containers, keeps its networks, and runs the next release") { run in
            let first = try await run.bringUp("v1", in: .blue)
            let before = try await run.fixture.inventory()
            try await run.droplet.vacate(.blue, for: first.id)
            try require(try await run.droplet.observe().containers(in: .blue), is: [], "containers in the slot")
            try require(try await run.fixture.inventory().networks, is: before.networks, "networks")
            _ = try await run.bringUp("v2", in: .blue)
            try require(try await run.fixture.inventory().stores, is: before.stores, "the stores")
        },
        .leased("a cleared slot has no containers and no networks, and the stores are untouched") { run in
            _ = try await run.bringUp("v1", in: .blue)
            let before = try await run.fixture.inventory()
            try require(!before.networks.isEmpty, "the slot has a network of its own")
            try await run.droplet.clear(.blue)
            try await run.droplet.clear(.blue)
            try require(try await run.droplet.observe().containers(in: .blue), is: [], "containers in the slot")
            let after = try await run.fixture.inventory()
            try require(after.networks, is: [], "networks")
            try require(after.stores, is: before.stores, "the stores")
            try require(after.volumes, is: before.volumes, "the volumes")
        },
    ]
}
