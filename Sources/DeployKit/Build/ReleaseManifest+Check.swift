extension ReleaseManifest {
    /// Reads the manifest of an envelope, for an environment.
    ///
    /// - Parameters:
    ///   - envelope: The envelope.
    ///   - environment: Where its release is to go; it says whether a signature is needed.
    ///   - signing: The key that has to have signed it; without one, no signature is looked at.
    /// - Returns: The manifest.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where it is not signed with the key, or a key is
    ///   needed and there is none, or it is of another application.
    public static func open(
        _ envelope: SignedEnvelope, for environment: Environment, signing: SigningSettings
    ) throws(DeployError) -> ReleaseManifest {
        if environment.audit.requiresSignature, signing.publicKey == nil {
            throw DeployError(
                .refused, "\(environment.name) takes only signed release manifests, and no key says whose signature",
                next: "Set DEPLOYKIT_SIGNING_PUBLIC_KEY to the public key of the job that builds.")
        }
        let manifest = try envelope.open(Self.self, type: mediaType, signedBy: signing.publicKey)
        guard manifest.schema == 1, manifest.application == environment.application else {
            throw DeployError(
                .refused,
                "the release manifest is of application \(manifest.application), schema \(manifest.schema), not of "
                    + "\(environment.application), schema 1",
                next: "Name the manifest that the build of this application wrote, with --release.")
        }
        return manifest
    }

    /// Refuses a manifest of other sources than those that are checked out.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` with what differs.
    public func check(against tree: SourceTree) throws(DeployError) {
        guard let difference = difference(from: tree) else { return }
        throw DeployError(
            .refused, "the release manifest cannot be deployed from here: \(difference)",
            next: "Check out commit \(commit.prefix(12)), or build the one that is checked out with the command build.")
    }

    /// Why the images are not those of the files that are checked out, in a sentence; nil where they are.
    func difference(from tree: SourceTree) -> String? {
        if isDirty { return "version \(version) was built from files that no commit has" }
        if !tree.isClean { return "the working tree is not its commit (\(tree.changes))" }
        if self.tree != tree.tree {
            return "the files of commit \(tree.commit.prefix(12)), which is checked out, are not those of commit "
                + "\(commit.prefix(12)), which the images were built from"
        }
        return nil
    }

    /// The names under which the images of a Compose project are looked for, so that exactly the manifest's are found.
    ///
    /// - Parameters:
    ///   - images: The image of each service, as the project names it.
    ///   - delivery: How the images travel.
    /// - Returns: A name for each service.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` where project and manifest have not the same
    ///   services, or an image is in no registry and has to be pulled.
    public func names(for images: [String: String], delivery: ImageDelivery) throws(DeployError) -> [String: String] {
        let missing = Set(images.keys).symmetricDifference(self.images.keys).sorted()
        guard missing.isEmpty else {
            throw DeployError(
                .image, "the Compose project and the release manifest have not the same services: \(missing.list)",
                next: "Build the release again, from these files.")
        }
        guard delivery == .registry else { return self.images.mapValues(\.name) }
        var names: [String: String] = [:]
        for (service, image) in self.images.sorted(by: { $0.key < $1.key }) {
            guard let reference = image.reference else {
                throw DeployError(
                    .image, "the image \(image.name) of \(service) was built and not pushed: no droplet can pull it",
                    next: "Build with --push, or let the images travel over SSH: DEPLOYKIT_IMAGES=ssh")
            }
            names[service] = reference
        }
        return names
    }

    /// The images that were found, under the manifest's names, if they are what it says.
    ///
    /// - Parameters:
    ///   - found: What is there, by service.
    ///   - delivery: How the images travel: what is in an engine has an identity, what is in a registry a digest.
    /// - Returns: A pin for each service.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` which names each that is not.
    public func pins(
        of found: [String: ImagePin], delivery: ImageDelivery
    ) throws(DeployError) -> [String: ImagePin] {
        var differences: [String] = []
        var pins: [String: ImagePin] = [:]
        for (service, image) in images.sorted(by: { $0.key < $1.key }) {
            let actual = found[service]?.digest
            if let expected = delivery == .registry ? image.digest : image.identity, actual == expected {
                pins[service] = ImagePin(name: image.name, digest: expected)
            } else {
                let expected = (delivery == .registry ? image.digest : image.identity)?.short ?? "nothing"
                differences.append(
                    "\(service): \(image.name) is \(actual?.short ?? "missing"), and the manifest says \(expected)")
            }
        }
        guard differences.isEmpty else {
            throw DeployError(
                .image,
                differences.count == 1
                    ? "an image is not what the release manifest says"
                    : "\(differences.count) images are not what the release manifest says",
                evidence: differences,
                next: "Bring the images that were built with it: --load and the file of build --save.")
        }
        return pins
    }
}

extension ReleaseManifest.Image {
    /// The name of exactly this content in its registry; nil where it is in none.
    var reference: String? { digest.flatMap { digest in ImageReference(name)?.pinned(to: digest) } }
}

extension SourceTree {
    /// The first files that differ from the commit, and how many more.
    var changes: String {
        let more = changedFiles.count - 3
        return changedFiles.prefix(3).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
