import DeployKit

extension FakeLeasedDroplet {
    func fetch(_ images: [ImagePin]) async throws -> [Digest: String] {
        try await perform(.fetch) { extent in
            try change(noting: .fetch(images.map(\.name))) { _, world in
                if let missing = images.first(where: { world.missingImages.contains($0.digest) }) {
                    throw DeployError(.image, "the image \(missing.name) does not exist: \(missing.digest)")
                }
                let new = extent.of(images).filter { world.images[$0.digest] == nil }
                guard world.currentFacts.diskFree >= new.count * world.imageSize else {
                    throw DeployError(.image, "the disk of the droplet has no room for \(new.map(\.name).joined())")
                }
                for image in new { world.images[image.digest] = "registry.test/\(image.name)@\(image.digest)" }
                return world.images.filter { digest, _ in images.contains { $0.digest == digest } }
            }
        }
    }

    func stage(_ bundle: ReleaseBundle) async throws {
        try await perform(.stage) { extent in
            guard extent == .whole else { return }
            try change(noting: .stage(bundle.release.id)) { scope, _ in
                scope.staged[bundle.release.id] = bundle
            }
        }
    }

    func remove(_ releases: [Release.ID]) async throws {
        try await perform(.remove) { extent in
            try change(noting: .remove(releases)) { scope, world in
                for release in extent.of(releases) {
                    scope.staged[release] = nil
                    scope.doneJobs[release] = nil
                }
                let needed = world.scopes.values.reduce(scope.neededImages) { $0.union($1.neededImages) }
                world.images = world.images.filter { needed.contains($0.key) }
            }
        }
    }

    func record(_ record: RolloutRecord) async throws {
        try await perform(.record) { extent in
            guard extent == .whole else { return }
            try change(noting: .record(record.result, record.release)) { scope, world in
                var record = record
                record.at = FakeHost.epoch + Int(world.now.components.seconds)
                scope.records.append(record)
            }
        }
    }

    func keep(_ evidence: FailureEvidence, of release: Release.ID) async throws {
        try await perform(.keep) { extent in
            guard extent == .whole else { return }
            try change(noting: .keep(release)) { scope, _ in scope.evidence[release] = evidence }
        }
    }

    func keepMigrationOutput(_ text: String, of release: Release.ID) async throws {
        try change(noting: nil) { scope, _ in scope.database.outputs[release, default: ""] += text }
    }
}
