import DeployKit
import Testing

/// What is wrong with an environment beside a project: item 9 of what DeployKit has to refuse.
struct EnvironmentCheckTests {
    let services: JSONValue = ["web": ["build": [:], "expose": ["80"]], "api": ["build": [:], "expose": ["80"]]]

    private func refusals(
        application: String = "shop",
        name: String = "staging",
        routes: [Route],
        services: JSONValue? = nil,
        settings: [String: ServiceSettings] = [:]
    ) -> [Finding] {
        let model = ComposeModel(
            interpolated: ["name": "shop", "services": services ?? self.services], uninterpolated: [:],
            files: ProjectFiles(root: "/repo"))
        let environment = Environment(
            application: application, name: name, branch: "main", routes: routes, services: settings)
        return ComposeSplit.split(model, for: environment).refusals
    }

    @Test func `a route to a service that is not there names both, and those that are`() throws {
        let refusal = try #require(refusals(routes: [Route("a.example.com", to: "wbe")]).first)
        #expect(refusal.subject == "route a.example.com")
        #expect(refusal.message.contains("“wbe”"))
        #expect(refusal.advice == "Its services are api and web.")
    }

    @Test func `two routes with one host`() throws {
        let found = refusals(routes: [Route("a.example.com", to: "web"), Route("A.example.com", to: "api")])
        #expect(found.map(\.subject) == ["route a.example.com"])
        #expect(found.first?.message.contains("“web” and “api”") == true)
    }

    @Test func `no route at all`() {
        #expect(refusals(routes: []).map(\.subject) == ["routes"])
    }

    @Test func `a health path that is no path`() {
        let found = refusals(
            routes: [Route("a.example.com", to: "web")], settings: ["web": ServiceSettings(healthPath: "health")])
        #expect(found.map(\.subject) == ["services.web.healthPath"])
    }

    @Test(arguments: [(120, true), (121, false)])
    func `more replicas than a slot has ports`(replicas: Int, isFine: Bool) {
        let found = refusals(
            routes: [Route("a.example.com", to: "web"), Route("b.example.com", to: "api")],
            settings: ["web": ServiceSettings(replicas: replicas), "api": ServiceSettings(replicas: 120)])
        #expect(found.isEmpty == isFine, "\(found)")
        if !isFine { #expect(found.first?.message.contains("241") == true) }
    }

    @Test func `a store that is only built`() {
        let volume: JSONValue = ["type": "volume", "source": "d", "target": "/var/lib/postgresql/data"]
        func found(_ image: JSONValue?) -> [Finding] {
            var store: [String: JSONValue] = ["build": [:], "volumes": [volume]]
            store["image"] = image
            let services: JSONValue = ["web": ["build": [:], "expose": ["80"]], "db": .object(store)]
            return refusals(routes: [Route("a.example.com", to: "web")], services: services)
        }
        #expect(found(nil).map(\.subject) == ["services.db.build"])
        #expect(found("ghcr.io/acme/db:1").isEmpty)
    }

    @Test func `nothing to release`() {
        let stores: JSONValue = ["db": ["image": "postgres"]]
        let found = refusals(routes: [Route("a.example.com", to: "web")], services: stores)
        #expect(found.map(\.subject) == ["route a.example.com", "services"])
        #expect(refusals(routes: [], services: [:]).map(\.subject) == ["routes", "services"])
    }

    @Test(arguments: [
        "http://a.example.com", "a.example.com:80", "a_b.example.com", "-a.example.com", "", "a..b", "a/b",
        "*.example.com",
        String(repeating: "a", count: 64),
    ])
    func `what is no host name`(host: String) {
        #expect(refusals(routes: [Route(host, to: "web")]).map(\.subject) == ["route \(host)"])
    }

    @Test(arguments: ["localhost", "a.example.com", "xn--bcher-kva.example", "1.2.3.4", "a-b.c"])
    func `what is a host name`(host: String) {
        #expect(refusals(routes: [Route(host, to: "web")]).isEmpty)
    }

    @Test(arguments: ["", "Shop", "shop_1", "1shop", "shop-", "a b", String(repeating: "a", count: 31), "s;rm"])
    func `what is no name of an application or an environment`(name: String) {
        let routes = [Route("a.example.com", to: "web")]
        #expect(refusals(application: name, routes: routes).map(\.subject) == ["application “\(name)”"])
        #expect(refusals(name: name, routes: routes).map(\.subject) == ["environment “\(name)”"])
    }

    @Test(arguments: ["staging-blue", "green", "a-b-green"])
    func `a name that a slot of another environment may have`(name: String) {
        let found = refusals(name: name, routes: [Route("a.example.com", to: "web")])
        #expect(found.map(\.subject) == ["environment “\(name)”"])
    }

    @Test func `a colour elsewhere in the names`() {
        #expect(refusals(application: "shop-blue", name: "evergreen", routes: [Route("a.b", to: "web")]).isEmpty)
    }

    @Test func `a stated kind that the routes contradict`() {
        let routes = [Route("a.example.com", to: "web")]
        #expect(
            refusals(routes: routes, settings: ["api": ServiceSettings(kind: .web)]).map(\.subject)
                .contains("services.api.kind"))
        #expect(
            refusals(routes: routes, settings: ["web": ServiceSettings(kind: .worker)]).map(\.subject)
                .contains("services.web.kind"))
    }
}
