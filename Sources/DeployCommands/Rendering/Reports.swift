internal import DeployKit

/// An error, for a program.
struct ErrorReport: Encodable {
    let event = "error"
    let code: String
    let exitCode: Int32
    let message: String
    let evidence: [String]
    let serving: String
    let next: String

    init(_ error: DeployError) {
        code = error.code.name
        exitCode = error.code.exitCode
        message = error.message
        evidence = error.evidence
        serving = error.serving
        next = error.next
    }
}

/// A step, for a program.
struct StepReport: Encodable {
    let step: String
    let description: String

    init(_ step: Step) {
        self.step = step.name
        description = step.description
    }
}

/// A plan, for a program.
struct PlanReport: Encodable {
    let event = "plan"
    let scope: String
    let action: String
    let before: String?
    let release: String
    let slot: String
    let changes: Bool
    let digest: Digest
    let steps: [StepReport]
    let images: [ImageChange]
    let environment: [EnvironmentChange]
    let stores: [StoreChange]
    let memory: MemoryForecast
    let memoryVerdict: String
    let losses: [String]
    let findings: [Finding]
    let schemaChange: String
    let migrations: [PendingMigration]
    let checkpoint: Bool

    init(_ plan: Plan) {
        scope = plan.scope
        action = plan.action.rawValue
        before = plan.before?.rawValue
        release = plan.release.id.rawValue
        slot = plan.slot.rawValue
        changes = !plan.isEmpty
        digest = plan.digest
        steps = plan.steps.map(StepReport.init)
        images = plan.images
        environment = plan.environment
        stores = plan.stores
        memory = plan.memory
        memoryVerdict = plan.memory.verdict.rawValue
        losses = plan.losses
        findings = plan.findings
        schemaChange = plan.schemaChange.rawValue
        migrations = plan.migrations
        checkpoint = plan.steps.contains { $0.name == "checkpoint" }
    }
}

/// A release on the droplet, for a program.
struct ReleaseReport: Encodable {
    let id: String
    let version: String
    let role: String
    let images: [String: ImagePin]
    let servedAt: Int?
}

/// Findings, for a program.
struct DoctorReport: Encodable {
    let fit: Bool
    let findings: [Finding]
}

/// What a release answered, for a program.
struct TrafficReport: Encodable {
    let answered: Int
    let serverErrors: Int
    let unanswered: Int
    let services: [String: ReleaseTraffic.Count]

    init(_ traffic: ReleaseTraffic) {
        answered = traffic.total.answered
        serverErrors = traffic.total.serverErrors
        unanswered = traffic.total.unanswered
        services = traffic.services
    }
}

/// What a change of the maintenance did, for a program.
struct MaintenanceReport: Encodable {
    let maintenance: Bool
    let changed: Bool
}
