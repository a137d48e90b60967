internal import FoundationEssentials

/// How a run writes the audit trail: with which key, for which reason, and where the head goes.
public struct AuditSettings: Sendable {
    /// Signs the records; nil leaves them unsigned, where the environment allows that.
    public var key: AuditKey?
    /// The public key that the trail has to be signed with; nil takes that of ``key``, or the environment's.
    public var publicKey: AuditPublicKey?
    /// Keeps the head off the droplet.
    public var heads: any AuditHeadStore
    /// The git commit of the run; empty where nothing says it.
    public var commit: String
    /// Why the command is run, in words for the trail; empty without any.
    public var reason: String
    /// Who approved it; empty where nobody had to.
    public var approver = ""
    /// What was let through only because a person said so.
    public var overrides: [String] = []
    /// Whether a trail that does not verify may be put aside, and a new chain begun that records that.
    public var allowsNewChain: Bool
    /// The time, in seconds since 1970.
    public var time: @Sendable () -> Int

    /// Makes settings.
    public init(
        key: AuditKey? = nil,
        publicKey: AuditPublicKey? = nil,
        heads: any AuditHeadStore = NoAuditHeadStore(),
        commit: String = "",
        reason: String = "",
        allowsNewChain: Bool = false,
        time: @escaping @Sendable () -> Int = Self.systemTime
    ) {
        self.key = key
        self.publicKey = publicKey
        self.heads = heads
        self.commit = commit
        self.reason = reason
        self.allowsNewChain = allowsNewChain
        self.time = time
    }

    /// The time of this machine, in seconds since 1970.
    public static let systemTime: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }

    /// Reads the keys and the place of the head from environment variables.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names the variable that cannot be read.
    public init(from variables: [String: String]) throws(DeployError) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(commit: value("GITHUB_SHA") ?? "")
        if let text = value("DEPLOYKIT_AUDIT_KEY") {
            guard let key = AuditKey(Secret(text)) else { throw Self.unreadable("DEPLOYKIT_AUDIT_KEY") }
            self.key = key
        }
        if let text = value("DEPLOYKIT_AUDIT_PUBLIC_KEY") {
            guard let key = AuditPublicKey(text) else { throw Self.unreadable("DEPLOYKIT_AUDIT_PUBLIC_KEY") }
            publicKey = key
        }
        if let path = value("DEPLOYKIT_AUDIT_HEAD_FILE") { heads = FileAuditHeadStore(path: path) }
    }

    private static func unreadable(_ name: String) -> DeployError {
        DeployError(
            .refused, "\(name) is no key: it has to be the base64 of 32 bytes",
            next: "Make a pair with the command audit keygen.")
    }

    /// The key that the trail of an environment has to be signed with; nil where nothing says it.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where what the run says and what the environment
    ///   says contradict each other.
    public func trustedKey(of environment: Environment) throws(DeployError) -> AuditPublicKey? {
        let policy = environment.audit.publicKey
        let declared = policy.flatMap(AuditPublicKey.init)
        if policy != nil, declared == nil {
            throw DeployError(
                .refused, "the public audit key of \(environment.scope) is no key, in its Swift value",
                next: "Write the one that audit keygen shows.")
        }
        let keys = [declared, publicKey, key?.publicKey].compactMap { $0 }
        guard Set(keys).count <= 1 else {
            throw DeployError(
                .refused, "the audit keys of \(environment.scope) do not belong together",
                evidence: [
                    declared.map { "the environment's public key: \($0)" },
                    publicKey.map { "DEPLOYKIT_AUDIT_PUBLIC_KEY: \($0)" },
                    (key?.publicKey).map { "the public key of DEPLOYKIT_AUDIT_KEY: \($0)" },
                ].compactMap { $0 },
                next: "Set the pair that audit keygen printed.")
        }
        return keys.first
    }

    /// Refuses a run that could not write the trail as the environment asks for it.
    func check(_ environment: Environment) throws(DeployError) {
        _ = try trustedKey(of: environment)
        if let finding = findings(environment).first(where: { $0.severity == .refusal }) {
            throw DeployError(.refused, "\(finding.subject): \(finding.message)", next: finding.advice)
        }
    }

    /// What a person should know of the trail's settings.
    public func findings(_ environment: Environment) -> [Finding] {
        guard key == nil else { return [] }
        let advice = "Make a pair of keys with audit keygen; it says where they go."
        if environment.audit.requiresSignature || publicKey != nil || environment.audit.publicKey != nil {
            return [
                Finding(
                    .refusal, "audit",
                    "the audit trail of \(environment.scope) has to be signed, and DEPLOYKIT_AUDIT_KEY is not set",
                    advice: advice)
            ]
        }
        return [
            Finding(
                .warning, "audit",
                "the audit trail of \(environment.scope) is not signed: whoever can write on the droplet can rewrite it",
                advice: advice)
        ]
    }
}
