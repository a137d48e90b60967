public import DeployKit

/// What ``DropletContract`` needs of a place with a droplet: releases that really run there, and a look behind it.
///
/// The environment has at least two routes to different services. A release has a web service for each of them, with
/// a health check; at least one worker; and one job. There is at least one store.
public protocol ContractFixture: Sendable {
    /// The environment that the droplet stands for.
    var environment: Environment { get }

    /// Makes a release, whose images can be had and differ from those of every other version.
    func release(_ version: String, behaving behaviour: ContractBehaviour) async throws -> Release

    /// Makes all that the droplet needs to run a release.
    ///
    /// - Parameters:
    ///   - release: The release, with other images where the contract wants some that do not exist.
    ///   - references: What its images are called on the droplet.
    ///   - ports: Where its web services listen.
    /// - Returns: The bundle, which attaches the stores.
    /// - Throws: Whatever keeps the fixture from making it.
    func bundle(
        of release: Release, references: [Digest: String], ports: PortBlock
    ) async throws -> ReleaseBundle

    /// Makes all that the droplet needs to run the stores; always the same.
    func stores() async throws -> StoresBundle

    /// Looks, by another way than the droplet's own, at what the environment has on it.
    func inventory() async throws -> DropletInventory

    /// The environment with a policy that migrates by SQL and dumps before, whose store is a PostgreSQL.
    func withDatabase() async throws -> (droplet: any Droplet, fixture: any ContractFixture)

    /// Makes a migration for that database, which fails when it runs or does not, and otherwise only adds.
    func migration(_ version: Int, fails: Bool) async throws -> Migration

    /// Another environment on the same droplet, which has nothing on it yet.
    func neighbour() async throws -> (droplet: any Droplet, fixture: any ContractFixture)
}

/// What the release of a contract's check does.
public enum ContractBehaviour: Sendable, Hashable {
    /// Its job succeeds, and its services are healthy within some seconds.
    case healthy
    /// Its web services print ``exitLine`` and exit with status 3, some moments after their start.
    case exits
    /// Its job prints ``exitLine`` and exits with status 3.
    case failsJob

    /// What a container of the contract prints before it exits with an error.
    public static let exitLine = "contract: there is no way to go on"
}

/// A droplet that does not do what the protocol says.
public struct ContractViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected, and what was found.
    public var description: String

    /// Makes a violation.
    public init(_ description: String) {
        self.description = description
    }
}

/// Throws a violation unless a condition holds.
func require(_ condition: Bool, _ expectation: @autoclosure () -> String) throws(ContractViolation) {
    guard condition else { throw ContractViolation(expectation()) }
}

/// Throws a violation unless two values are equal.
func require<Value: Equatable>(
    _ value: Value, is expected: Value, _ subject: @autoclosure () -> String
) throws(ContractViolation) {
    guard value == expected else {
        throw ContractViolation("\(subject()): expected \(expected), found \(value)")
    }
}

/// Throws a violation unless `work` throws an error that is expected.
func require<Result>(
    _ expectation: String, throwing isExpected: (any Error) -> Bool, _ work: () async throws -> Result
) async throws {
    do {
        _ = try await work()
    } catch {
        return try require(isExpected(error), "\(expectation); it threw \(error)")
    }
    throw ContractViolation("\(expectation); it did not throw")
}
