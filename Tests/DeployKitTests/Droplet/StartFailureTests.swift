import Testing

@testable import DeployKit

struct StartFailureTests {
    private func error(_ result: CommandResult) throws -> DeployError? {
        let release = try #require(Release.ID(rawValue: "1.2"))
        return StartFailure(result).error(release: release)
    }

    @Test func `names the job that failed, with its status and the end of its log`() throws {
        let result = CommandResult(status: 70, output: "job migrate 3\nconnecting\nno such table\n")
        let error = try #require(try error(result))
        #expect(error.code == .unhealthy)
        #expect(error.message == "the job migrate of release 1.2 exited with status 3")
        #expect(error.evidence == ["connecting", "no such table"])
    }

    @Test func `names the service that ended while others waited for it`() throws {
        let result = CommandResult(status: 71, output: "service api 3\nno such host\n")
        let error = try #require(try error(result))
        #expect(error.code == .unhealthy)
        #expect(error.message == "api of release 1.2 ended with exit status 3 while it was started")
        #expect(error.evidence == ["log of api:", "  no such host"])
    }

    @Test(arguments: [
        "dependency failed to start: container a-blue-api-1 is unhealthy",
        "dependency failed to start: container a-blue-api-1 exited (1)",
        #"service "migrate" didn't complete successfully: exit 1"#,
    ])
    func `takes what a container did for the release's fault`(line: String) throws {
        let result = CommandResult(status: 1, errorOutput: " Container a-blue-api-1  Started\n\(line)\n")
        let error = try #require(try error(result))
        #expect(error.code == .unhealthy)
        #expect(error.message.hasSuffix(line))
    }

    @Test func `tells an image that is not there`() throws {
        let result = CommandResult(status: 1, errorOutput: "Error response from daemon: No such image: api@sha256:1\n")
        #expect(try error(result)?.code == .image)
    }

    @Test func `leaves everything else to the droplet`() throws {
        let result = CommandResult(status: 1, errorOutput: "127.0.0.1:20000 failed: port is already allocated\n")
        #expect(try error(result) == nil)
    }
}
