import DeployKit
import DeployKitTesting
import Synchronization
import Testing

struct AlertsTests {
    private let droplet = FakeFixture.droplet()
    private let notifier = FakeNotifier()
    private let warnings = Warnings()

    private func alerts(
        _ notifiers: [any Notifier], of action: RolloutRecord.Action = .deploy, patience: Duration = .seconds(12),
        secrets: KnownSecrets = KnownSecrets()
    ) -> Alerts {
        Alerts(
            notifiers, of: action, in: droplet.environment, by: FakeFixture.owner, secrets: secrets, patience: patience,
            warn: warnings.add)
    }

    @discardableResult
    private func deploy(_ version: String, _ alerts: Alerts) async throws -> RolloutReport {
        try await alerts.around { alerts in
            try await Deployment(
                environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: alerts
            ).deploy(.fake(version, services: FakeFixture.services), as: FakeFixture.owner)
        }
    }

    @Test func `a deploy is told at its start and its end, with what serves then`() async throws {
        try await deploy("v1", alerts([notifier]))
        #expect(notifier.notifications.map(\.event) == [.started, .succeeded])
        #expect(
            notifier.notifications.map(\.serving) == [
                "nothing serves qa.example.com, api.qa.example.com yet",
                "release v1 serves qa.example.com, api.qa.example.com",
            ])
        #expect(notifier.notifications.map(\.release) == ["v1", "v1"])
        #expect(notifier.notifications.allSatisfy { $0.actor == "ada" })
        #expect(warnings.all.isEmpty)
    }

    @Test func `a release that serves already is no news`() async throws {
        try await deploy("v1", alerts([]))
        try await deploy("v1", alerts([notifier]))
        #expect(notifier.notifications.isEmpty)
    }

    @Test func `a failure says why, what serves and what to do`() async throws {
        try await deploy("v1", alerts([]))
        droplet.setBehaviour(of: "api", in: "v2", to: .exits(3))
        await #expect(throws: DeployError.self) { try await deploy("v2", alerts([notifier])) }
        let last = notifier.notifications.last
        #expect(last?.event == .failed)
        #expect(last?.serving.contains("release v1 serves") == true)
        #expect(last?.reason.contains("api exited with status 3") == true)
        #expect(last?.next.isEmpty == false)
    }

    @Test func `a release that is taken back is told as that`() async throws {
        try await deploy("v1", alerts([]))
        var environment = droplet.environment
        environment.watch = WatchPolicy(for: .seconds(4))
        environment.deadline = .seconds(5)
        let (hurried, clock) = (FakeDroplet(environment, on: droplet.host), droplet.clock)
        // Past its deadline while it is watched: no fault of the release's, and the traffic goes back all the same.
        await #expect(throws: DeployError.self) {
            try await alerts([notifier]).around { alerts in
                _ = try await Deployment(
                    environment: hurried.environment, droplet: hurried, clock: clock, observer: alerts
                ).deploy(.fake("v2", services: FakeFixture.services), as: FakeFixture.owner)
            }
        }
        #expect(notifier.notifications.map(\.event) == [.started, .rolledBack])
        #expect(notifier.notifications.last?.serving.contains("release v1 serves") == true)
    }

    @Test func `a rollback is told as one`() async throws {
        try await deploy("v1", alerts([]))
        try await deploy("v2", alerts([]))
        try await alerts([notifier], of: .rollback).around { alerts in
            _ = try await Deployment(
                environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: alerts
            ).rollBack(as: FakeFixture.owner)
        }
        #expect(notifier.notifications.map(\.event) == [.started, .succeeded])
        #expect(notifier.notifications.map(\.action) == [.rollback, .rollback])
        #expect(notifier.notifications.last?.serving.contains("release v1 serves") == true)
    }

    @Test func `a notifier that fails is a warning, and the deploy goes on`() async throws {
        try await deploy("v1", alerts([FakeNotifier(.fails), notifier]))
        #expect(warnings.all.count == 2)
        #expect(
            warnings.all.first?.contains("the fake was not told that bankflow staging: deploy of v1 begins") == true)
        #expect(notifier.notifications.count == 2)
    }

    /// Hears of nothing any more, not even that it is cancelled.
    private struct Deaf: Notifier {
        let name = "deaf"
        func notify(_ notification: DeployKit.Notification) async throws {
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
    }

    @Test func `a notifier that does not heed its cancellation is left to itself`() async throws {
        try await deploy("v1", alerts([Deaf(), notifier], patience: .milliseconds(50)))
        #expect(droplet.timeline.lost.isEmpty)
        #expect(warnings.all.contains { $0.contains("left to itself") })
    }

    @Test func `a notifier that hangs holds nothing up, and is left at the end`() async throws {
        let hanging = FakeNotifier(.hangs)
        try await deploy("v1", alerts([hanging, notifier], patience: .milliseconds(50)))
        #expect(droplet.timeline.lost.isEmpty)
        #expect(hanging.notifications.first?.event == .started)
        #expect(warnings.all.contains { $0.contains("took too long") })
    }

    @Test func `a run that is cancelled says so`() async throws {
        let alerts = alerts([notifier])
        let run = Task {
            try await alerts.around { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(notifier.notifications.map(\.reason) == ["the run was cancelled"])
    }

    @Test func `no secret is told`() async throws {
        let secrets = KnownSecrets([Secret("sentinel-of-a-secret")])
        await #expect(throws: DeployError.self) {
            try await alerts([notifier], secrets: secrets).around { _ in
                throw DeployError(
                    .droplet, "it said sentinel-of-a-secret", serving: "sentinel-of-a-secret",
                    next: "sentinel-of-a-secret")
            }
        }
        #expect(notifier.notifications.count == 1)
        #expect(!"\(notifier.notifications)".contains("sentinel"))
    }
}

/// The warnings of a test.
private final class Warnings: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    var add: @Sendable (String) -> Void { { text in self.texts.withLock { $0.append(text) } } }
}
