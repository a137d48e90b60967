extension ReleaseCandidate {
    /// The release on the droplet that this candidate is: the same version, images, settings, files and values.
    func existing(among releases: [Release]) -> Release? {
        releases.first { $0.version == version && $0.fingerprint == fingerprint(salt: $0.salt) }
    }

    /// The candidate as a new release beside those on the droplet.
    ///
    /// Its name is the version, or `version-2`, … where the version was deployed with other settings.
    func release(beside releases: [Release], salt: String) throws -> Release {
        let taken = Set(releases.map(\.id.rawValue))
        var name = version
        var number = 2
        while taken.contains(name) {
            name = "\(version)-\(number)"
            number += 1
        }
        guard let id = Release.ID(rawValue: name) else {
            throw DeployError(
                .refused,
                "“\(version)” cannot name a release: letters, digits, “.”, “_” and “-” can, 64 at most",
                next: "Name the version with --version."
            )
        }
        return Release(
            id: id,
            version: version,
            services: releaseServices,
            images: images,
            environmentDigests: environmentValues.mapValues { Self.digest(of: $0.revealed, salt: salt) },
            fingerprint: fingerprint(salt: salt),
            salt: salt,
            schema: migrations.map(ReleaseSchema.init)
        )
    }

    /// The salted digests of the stores' settings.
    func storeDigests(salt: String) -> [String: String] {
        storeSettings.mapValues { Self.digest(of: $0.revealed, salt: salt) }
    }

    private func fingerprint(salt: String) -> String {
        var text = ""
        for (service, image) in images.sorted(by: { $0.key < $1.key }) {
            text += "image \(service) \(image.digest)\n"
        }
        for (key, value) in environmentValues.sorted(by: { $0.key < $1.key }) {
            text += "value \(key) \(Self.digest(of: value.revealed, salt: salt))\n"
        }
        for service in releaseServices.sorted(by: { $0.name < $1.name }) {
            text += "service \(service.name) \(service.kind.rawValue) \(service.port ?? 0) \(service.replicas) "
            text += "\(service.replacement.rawValue) \(service.healthPath)\n"
        }
        for migration in migrations ?? [] { text += "migration \(migration.version) \(migration.checksum)\n" }
        text += "content \(SHA256.hash(content).hexadecimal)\n"
        return Self.digest(of: text, salt: salt)
    }

    static func digest(of text: String, salt: String) -> String {
        HMAC.sha256(key: Array(salt.utf8), message: Array(text.utf8)).hexadecimal
    }
}
