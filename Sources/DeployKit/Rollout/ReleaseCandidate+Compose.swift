extension ReleaseCandidate {
    /// Makes the candidate of an application as its Compose project describes it.
    ///
    /// - Parameters:
    ///   - application: The application, split into stores and what a release replaces.
    ///   - images: The image of each service, fixed by its content.
    ///   - version: What the images were built from.
    ///   - environment: Where it goes.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when a mounted file cannot be read.
    public init(
        _ application: ComposeApplication, images: [String: ImagePin], version: String, environment: Environment
    ) throws {
        let scope = environment.scope
        let released = application.services.filter { $0.kind != .store }
        let stores = application.services.filter { $0.kind == .store }
        let pins = images.filter { name, _ in released.contains { $0.name == name } }
        let sample = application.release(
            scope: scope, id: .sample, images: [:], block: PortBlock(first: 0), slot: .blue)
        let files = try StagedFile.archive(sample.files)
        let storesProject = application.storesProject(scope: scope)
        let storeFiles = try StagedFile.archive(storesProject.files)
        self.init(
            version: version,
            services: application.services,
            images: pins,
            environmentValues: sample.environmentValues,
            content: Array(sample.compose.utf8) + files,
            storeSettings: storesProject.settings,
            findings: application.findings,
            bundle: { release, references, block in
                let names = release.images.compactMapValues { references[$0.digest] }
                let projects = Slot.allCases.map { slot in
                    (slot, application.release(scope: scope, id: release.id, images: names, block: block, slot: slot))
                }
                return ReleaseBundle(
                    release: release,
                    projects: Dictionary(uniqueKeysWithValues: projects.map { ($0, $1.compose) }),
                    environment: sample.environment,
                    files: files,
                    attachments: application.storeAttachments,
                    volumes: sample.volumes.map(\.creation),
                    references: references.filter { digest, _ in release.images.values.contains { $0.digest == digest }
                    }
                )
            },
            stores: { digests, salt in
                StoresBundle(
                    services: stores, project: storesProject.compose, environment: storesProject.environment,
                    files: storeFiles, attachments: application.storeAttachments, digests: digests, salt: salt)
            }
        )
        storeImages = application.images.filter { name, _ in stores.contains { $0.name == name } }
        secrets = application.secrets(in: [sample.environment, storesProject.environment])
        findings += application.weakSecrets(beside: publicNames + environment.publicNames)
    }
}

extension ComposeApplication {
    /// The secret variables whose values cannot be hidden.
    fileprivate func weakSecrets(beside names: [String]) -> [Finding] {
        model.variableValues.sorted { $0.key < $1.key }.filter { name, value in
            SecretName.isConfidential(name) && !value.revealed.isEmpty
                && (value.bytes.count < SecretForms.minimumLength || names.contains { $0.contains(value.revealed) })
        }.map { name, _ in
            Finding(
                .warning, "variable \(name)",
                "Its value is shorter than \(SecretForms.minimumLength) bytes, or part of a name that everybody sees: it "
                    + "is not hidden in what is shown.",
                advice: "Use a long random value.")
        }
    }

    /// The secrets in the environment values of its projects, and the values of the secret variables behind them.
    fileprivate func secrets(in environments: [Secret]) -> [Secret] {
        let variables = model.variableValues.filter { SecretName.isConfidential($0.key) }.map(\.value)
        return Set(environments.flatMap(EnvironmentFile.secrets) + variables).sorted { $0.revealed < $1.revealed }
    }

    /// The rendered project of a release in a slot, with the ports of its block.
    fileprivate func release(
        scope: String, id: Release.ID, images: [String: String], block: PortBlock, slot: Slot
    ) -> RenderedProject {
        releaseProject(
            slot: slot, release: id, images: images, ports: block.ports(for: services, in: slot), scope: scope)
    }
}

extension Release.ID {
    /// Stands for any release where two are compared, so that a release's own name does not make it another.
    fileprivate static let sample = Release.ID(unchecked: "release")
}
