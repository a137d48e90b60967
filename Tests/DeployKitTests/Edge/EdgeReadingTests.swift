import Testing

@testable import DeployKit

struct EdgeReadingTests {
    /// What a droplet printed after a reload: green serves, blue stands by, one host is new on disk.
    static func output(_ environment: EdgeEnvironment) throws -> String {
        """

        == certificates

        == environment shop-production 6b1d
        \(try EdgeConfiguration.descriptor(of: environment))
        == map shop-production
        api.example.com shop-production:green:api
        www.example.com shop-production:green:site

        == processes
        #<PID>          <type>          <reloads>       <uptime>        <version>
        469             master          2 [failed: 0]   0d00h00m23s     3.0.11-1+deb13u4
        # workers
        527             worker          0               0d00h00m00s     3.0.11-1+deb13u4
        # old workers
        511             worker          1               0d00h00m22s     3.0.11-1+deb13u4
        # programs

        == running
        # pxname,svname,scur,status,bck,check_status,check_code,check_duration
        edge:successor,worker,0,no check,0,,,
        shop-production:blue:api,blue-1,1,UP,0,L7OK,200,1
        shop-production:blue:api,green-1,0,MAINT,1,,,
        shop-production:blue:api,blue-hold,2,no check,1,,,
        shop-production:blue:api:preview,blue-1,9,no check,0,,,
        shop-production:green:api,green-1,4,UP,0,* L7OK,200,0
        shop-production:green:api,blue-1,0,UP,1,,,
        shop-production:green:site,green-1,0,UP,0,INI,,0
        shop-production:green:site,green-2,0,DOWN,0,L4CON,,0

        proc.edge: type=str value=<\(String(repeating: "a", count: 64))>

        0x7f89caecf000 api.example.com shop-production:blue:api

        """
    }

    @Test func `takes the running edge's word apart from the disk's`() throws {
        let reading = try EdgeReading(Self.output(EdgeFixture.production))
        let status = try #require(reading.statuses["shop-production"])
        #expect(reading.version == "3.0.11")
        #expect(reading.formerWorkers == 1)
        #expect(reading.hasCertificates)
        #expect(reading.environments == ["shop-production": EdgeFixture.production])
        #expect(reading.structure?.hexadecimal == String(repeating: "a", count: 64))
        #expect(status.hosts == ["api.example.com": .blue])
        #expect(status.serving == .blue)
        #expect(status.hostsOnDisk == ["api.example.com": .green, "www.example.com": .green])
    }

    @Test func `a server is up once a check found it so`() throws {
        let servers = try #require(
            try EdgeReading(Self.output(EdgeFixture.production)).statuses["shop-production"]?.servers)
        #expect(servers.count == 6)
        #expect(
            servers[0]
                == EdgeServer(
                    service: "api", backendSlot: .blue, slot: .blue, isUp: true, lastCheck: "L7OK/200 in 1ms",
                    sessions: 3))
        #expect(
            servers[1]
                == EdgeServer(
                    service: "api", backendSlot: .blue, slot: .green, isBackup: true, isUp: false, isDisabled: true))
        #expect(servers[2].isUp && servers[3].isUp && servers[3].isBackup)
        #expect(!servers[4].isUp, "not checked yet")
        #expect(!servers[5].isUp && servers[5].replica == 2 && servers[5].lastCheck == "L4CON in 0ms")
    }

    @Test func `an edge that does not answer has no version and no status`() throws {
        let reading = try EdgeReading("\n== processes\n\n== running\n")
        #expect(reading.version.isEmpty)
        #expect(reading.statuses.isEmpty)
        #expect(reading.structure == nil)
    }

    @Test func `names the environment whose value cannot be read`() {
        let error = #expect(throws: DeployError.self) {
            try EdgeReading("== environment shop-production 6b1d\n{\"scope\":3}\n")
        }
        #expect(error?.message.contains("shop-production") == true)
    }

    @Test func `lists the other environments as the droplet does`() throws {
        let other = try EdgeConfiguration.descriptor(of: EdgeFixture.rehearsal)
        let reading = try EdgeReading(
            Self.output(EdgeFixture.production) + "== environment shop-production-rehearsal 77aa\n\(other)")
        #expect(reading.others(than: "shop-production") == "77aa  shop-production-rehearsal.json")
        #expect(
            reading.others(than: "new")
                == "77aa  shop-production-rehearsal.json\n6b1d  shop-production.json")
    }
}
