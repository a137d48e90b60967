import DeployKit
import Testing

struct ComposeFindingTests {
    @Test(arguments: Self.ports + Self.networks + Self.concurrency + Self.host + Self.life + Self.healthPaths)
    func `finds what an expert would`(_ test: FindingCase) {
        #expect(test.found.map(\.severity).max() == test.severity, "\(test.found)")
    }

    static let ports: [FindingCase] = [
        .web("one port is the port", nil, "services.it.ports", ["image": "i"]),
        .web("no port", .refusal, "services.it.ports", ["image": "i", "ports": []]),
        .web("an exposed port", nil, "services.it.ports", ["image": "i", "ports": [], "expose": ["80"]]),
        .web(
            "two ports", .refusal, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(80), FindingCase.port(81)]]),
        .web(
            "two ports and a stated one", .warning, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(80), FindingCase.port(81)]], settings: ServiceSettings(port: 81)),
        .web(
            "two ports and a label for Traefik", .warning, "services.it.ports",
            [
                "image": "i", "ports": [FindingCase.port(80), FindingCase.port(81)],
                "labels": ["traefik.http.services.x.loadbalancer.server.port": "80"],
            ]),
        .web(
            "a debugger on loopback", .note, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(80), FindingCase.port(9229, at: "127.0.0.1")]]),
        .web(
            "HTTP/3 beside HTTPS", .warning, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(443), FindingCase.port(443, "udp")]]),
        .web(
            "another UDP port", .refusal, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(80), FindingCase.port(3478, "udp")]]),
        .web(
            "SSH beside HTTP", .refusal, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(80), FindingCase.port(22)]], settings: ServiceSettings(port: 80)),
        .web("a route to a game", .refusal, "services.it.ports", ["image": "i", "ports": [FindingCase.port(25565)]]),
        .web("only UDP", .refusal, "services.it.ports", ["image": "i", "ports": [FindingCase.port(51820, "udp")]]),
        .web("no such port", .refusal, "services.it.ports", ["image": "i"], settings: ServiceSettings(port: 70000)),
        .unrouted(
            "a store's port", .warning, "services.it.ports", ["image": "redis", "ports": [FindingCase.port(6379)]]),
        .unrouted(
            "a store's port on loopback", .note, "services.it.ports",
            ["image": "redis", "ports": [FindingCase.port(6379, at: "127.0.0.1")]]),
        .unrouted("a worker's port", .warning, "services.it.ports", ["image": "i", "ports": [FindingCase.port(8025)]]),
        .unrouted(
            "a worker's UDP port", .refusal, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(53, "udp")]]),
        .unrouted(
            "a worker's mail port", .refusal, "services.it.ports", ["image": "i", "ports": [FindingCase.port(25)]]),
        .unrouted(
            "a worker's UDP port that may have a gap", .warning, "services.it.ports",
            ["image": "i", "ports": [FindingCase.port(53, "udp")]], settings: ServiceSettings(replacement: .stopFirst)),
        kept("the port of SSH", .refusal, [FindingCase.port(22)]),
        kept("a port of the edge", .refusal, [FindingCase.port(443)]),
        kept("HTTP/3's port", .warning, [FindingCase.port(443, "udp")]),
        kept("the ports of releases", .refusal, [FindingCase.port(20100)]),
        kept("a range into the ports of releases", .refusal, [port(80, at: "19000-20000")]),
        kept("SSH at another port", .warning, [port(22, at: "2222")]),
        kept("one port for two", .refusal, [FindingCase.port(25)], replicas: 2),
        kept("a range for two", .warning, [port(25, at: "2500-2501")], replicas: 2),
        kept("any port for two", .warning, [["target": 25, "protocol": "tcp"]], replicas: 2),
    ]

    /// A worker that keeps its ports, with a gap at each deploy.
    private static func kept(
        _ description: String, _ severity: Finding.Severity, _ ports: [JSONValue], replicas: Int? = nil
    ) -> FindingCase {
        .unrouted(
            description, severity, "services.it.ports", ["image": "i", "ports": .array(ports)],
            settings: ServiceSettings(replicas: replicas, replacement: .stopFirst))
    }

    private static func port(_ target: Int, at published: String) -> JSONValue {
        ["target": .integer(target), "published": .string(published), "protocol": "tcp"]
    }

    static let networks: [FindingCase] = [
        .unrouted("host networking", .refusal, "services.it.network_mode", ["image": "i", "network_mode": "host"]),
        .web(
            "host networking with a route", .refusal, "services.it.network_mode",
            ["image": "i", "network_mode": "host"]),
        .unrouted("no network", nil, "services.it.network_mode", ["image": "i", "network_mode": "none"]),
        .web("no network with a route", .refusal, "services.it.network_mode", ["image": "i", "network_mode": "none"]),
        .unrouted("the default bridge", .note, "services.it.network_mode", ["image": "i", "network_mode": "bridge"]),
        .unrouted(
            "another container's network", .refusal, "services.it.network_mode",
            ["image": "i", "network_mode": "container:vpn"]),
        .unrouted(
            "a network within the release", nil, "services.it.network_mode",
            ["image": "i", "network_mode": "service:web"]),
        .unrouted(
            "a network across the split", .refusal, "services.it.network_mode",
            ["image": "redis", "network_mode": "service:web"]),
        .unrouted("links outside", .refusal, "services.it.external_links", ["image": "i", "external_links": ["x"]]),
        .unrouted(
            "volumes across the split", .refusal, "services.it.volumes_from",
            ["image": "redis", "volumes_from": ["web"]]),
        .unrouted("another's processes", .refusal, "services.it.pid", ["image": "redis", "pid": "service:web"]),
        .web(
            "internal networks only", .refusal, "services.it.networks",
            ["image": "i", "networks": ["inside": .null]], project: ["networks": ["inside": ["internal": true]]]),
        .web(
            "an external network", .warning, "networks.proxy", ["image": "i"],
            project: ["networks": ["proxy": ["external": true, "name": "proxy"]]]),
        .web(
            "a network with a name", .note, "networks.n", ["image": "i"],
            project: ["networks": ["n": ["name": "fixed"]]]),
        .web(
            "a network's name that what starts containers is told", .warning, "networks.n",
            ["image": "i", "environment": ["NETWORK": "a,fixed"], "volumes": [socket]],
            project: ["networks": ["n": ["name": "fixed"]]]),
        .web(
            "a network's name that something else is told", .note, "networks.n",
            ["image": "i", "environment": ["NETWORK": "fixed"]], project: ["networks": ["n": ["name": "fixed"]]]),
        .web(
            "a network of the LAN", .refusal, "networks.n", ["image": "i"],
            project: ["networks": ["n": ["driver": "macvlan"]]]),
        .web(
            "fixed addresses", .warning, "networks.n",
            ["image": "i", "networks": ["n": ["ipv4_address": "172.20.0.2"]]],
            project: ["networks": ["n": ["ipam": ["config": [["subnet": "172.20.0.0/16"]]]]]]),
        .web(
            "fixed addresses that are used", .refusal, "networks.n",
            ["image": "i", "networks": ["n": ["ipv4_address": "172.20.0.2"]], "environment": ["DNS": "172.20.0.2#53"]],
            project: ["networks": ["n": ["ipam": ["config": [["subnet": "172.20.0.0/16"]]]]]]),
    ]

    private static let socket: JSONValue = [
        "type": "bind", "source": "/var/run/docker.sock", "target": "/var/run/docker.sock",
    ]

    private static func volume(_ target: String) -> JSONValue {
        ["type": "volume", "source": "data", "target": .string(target)]
    }

    static let concurrency: [FindingCase] = [
        .unrouted("a fixed name", .note, "services.it.container_name", ["image": "i", "container_name": "n"]),
        .unrouted("Traefik", .refusal, "services.it.volumes", ["image": "traefik:v3", "volumes": [socket]]),
        .unrouted(
            "Watchtower", .refusal, "services.it.volumes", ["image": "containrrr/watchtower", "volumes": [socket]]),
        .unrouted("ofelia", .refusal, "services.it.volumes", ["image": "mcuadros/ofelia", "volumes": [socket]]),
        .unrouted("another with the socket", .warning, "services.it.volumes", ["image": "i", "volumes": [socket]]),
        .unrouted("celery beat", .note, "services.it", ["build": [:], "command": ["celery", "-A", "x", "beat"]]),
        .unrouted("cron", .note, "services.it", ["image": "team/cron"]),
        .unrouted(
            "a scheduler that is stated", nil, "services.it", ["image": "team/cron"],
            settings: ServiceSettings(replacement: .stopFirst)),
        .web(
            "SQLite in a volume", .warning, "services.it.volumes",
            ["image": "i", "environment": ["DATABASE_URL": "sqlite:///data/x"], "volumes": [volume("/data")]]),
        .web(
            "a volume of a web service", .warning, "volumes.data", ["image": "i", "volumes": [volume("/data")]],
            project: ["volumes": ["data": [:]]]),
        .web(
            "a volume over the application", .refusal, "services.it.volumes",
            ["build": [:], "volumes": [volume("/app")]]),
        .web(
            "one process's data", .refusal, "services.it.volumes",
            ["image": "portainer/portainer-ce", "volumes": [volume("/data")]]),
        .web(
            "a route to a database", .refusal, "services.it.image", ["image": "minio/minio"]),
        .web(
            "a route to a database that is meant", .note, "services.it.image", ["image": "minio/minio"],
            settings: ServiceSettings(kind: .web)),
    ]

    static let host: [FindingCase] = [
        .unrouted("privileged", .warning, "services.it.privileged", ["image": "i", "privileged": true]),
        .unrouted(
            "a device", .refusal, "services.it.devices", ["image": "i", "devices": [["source": "/dev/ttyUSB0"]]]),
        .unrouted(
            "a device of every host", nil, "services.it.devices",
            ["image": "i", "devices": [["source": "/dev/net/tun"]]]),
        .unrouted(
            "a GPU", .refusal, "services.it.deploy.resources.reservations.devices",
            ["image": "i", "deploy": ["resources": ["reservations": ["devices": [["capabilities": ["gpu"]]]]]]]),
        .unrouted("the host's processes", .warning, "services.it.pid", ["image": "i", "pid": "host"]),
        .unrouted("another processor", .warning, "services.it.platform", ["image": "i", "platform": "linux/arm64"]),
        .unrouted("this processor", nil, "services.it.platform", ["image": "i", "platform": "linux/amd64"]),
        .unrouted(
            "a key of a newer Compose", .refusal, "services.it.post_start",
            ["image": "i", "post_start": [["command": ["x"]]]]),
        .unrouted("extensions", nil, "services.it.x-note", ["image": "i", "x-note": "y"]),
        .unrouted("development", nil, "services.it.develop", ["image": "i", "develop": ["watch": []]]),
        .unrouted(
            "the host by name", .note, "services.it.extra_hosts",
            ["image": "i", "extra_hosts": ["host.docker.internal=host-gateway"]]),
        .unrouted(
            "a volume of another driver", .refusal, "services.it.volumes",
            ["image": "i", "volumes": [["type": "image", "source": "x", "target": "/x"]]]),
    ]

    static let life: [FindingCase] = [
        .unrouted("never started again", .warning, "services.it.restart", ["image": "i", "restart": "on-failure"]),
        .unrouted(
            "two of a store", .refusal, "services.it.deploy.replicas", ["image": "redis", "deploy": ["replicas": 2]]),
        .unrouted(
            "two of a job", .warning, "services.it.deploy.replicas",
            ["image": "i", "restart": "no", "deploy": ["replicas": 2]]),
        .unrouted(
            "none of a service", .note, "services.it.deploy.replicas", ["image": "i", "deploy": ["replicas": 0]]),
        .web(
            "none of a routed service", .refusal, "services.it.deploy.replicas",
            ["image": "i", "deploy": ["replicas": 0]]),
        .web("a routed service scaled to none", .refusal, "services.it.deploy.replicas", ["image": "i", "scale": 0]),
        .web(
            "a routed service that is left out", .refusal, "services.it.deploy.replicas", ["image": "i"],
            settings: ServiceSettings(replicas: 0)),
        .unrouted("everywhere", .note, "services.it.deploy.mode", ["image": "i", "deploy": ["mode": "global"]]),
        .unrouted(
            "Swarm's rollout", .note, "services.it.deploy.update_config",
            ["image": "i", "deploy": ["update_config": ["order": "start-first"]]]),
        .web("no health check", .note, "services.it.healthcheck", ["image": "i"]),
        .web(
            "a health check taken away", .note, "services.it.healthcheck",
            ["image": "i", "healthcheck": ["disable": true]]),
        .web(
            "a health check", nil, "services.it.healthcheck", ["image": "i", "healthcheck": ["test": ["CMD", "true"]]]),
        .unrouted("no logs", .warning, "services.it.logging", ["image": "i", "logging": ["driver": "none"]]),
        .unrouted("a database without a volume", .warning, "services.it.volumes", ["image": "postgres"]),
        .unrouted("a cache without a volume", .note, "services.it.volumes", ["image": "redis"]),
        .unrouted("a secret in a command", nil, "services.it.command", ["image": "i", "command": ["x"]]),
        .web(
            "an external secret", .refusal, "secrets.s", ["image": "i"], project: ["secrets": ["s": ["external": true]]]
        ),
        .web(
            "a secret's file that is not there", .refusal, "secrets.s", ["image": "i"],
            project: ["secrets": ["s": ["file": "/repo/s"]]]),
        .web(
            "a secret's variable that is not set", .refusal, "secrets.s", ["image": "i"],
            project: ["secrets": ["s": ["environment": "S"]]]),
        .web(
            "an external volume", .warning, "volumes.v", ["image": "i"],
            project: ["volumes": ["v": ["external": true, "name": "v"]]]),
        .web(
            "a volume with a name", .note, "volumes.v", ["image": "i"], project: ["volumes": ["v": ["name": "fixed"]]]),
        .web(
            "a volume that stands for a folder", .refusal, "volumes.v", ["image": "i"],
            project: ["volumes": ["v": ["driver_opts": ["type": "none", "o": "bind", "device": "/home/me/data"]]]]),
        .web(
            "a value that is too long", .refusal, "services.it.environment.LONG",
            ["image": "i", "environment": ["LONG": .string(String(repeating: "x", count: 140_000))]]),
        .web(
            "a value that is not given", .note, "services.it.environment.LEVEL",
            ["image": "i", "environment": ["LEVEL": .null]]),
        .web(
            "a secret that is not given", .refusal, "services.it.environment.API_TOKEN",
            ["image": "i", "environment": ["API_TOKEN": .null]]),
        .web(
            "the place of a secret that is not given", .note, "services.it.environment.SSH_AUTH_SOCK",
            ["image": "i", "environment": ["SSH_AUTH_SOCK": .null]]),
    ]

    static let healthPaths: [FindingCase] = [
        .web("a health path that nobody states", .note, "services.it.healthPath", ["image": "i"]),
        .web(
            "a health check that asks elsewhere", .note, "services.it.healthPath",
            check("curl -f http://localhost:3000/api/health || exit 1")),
        .web(
            "a health check that asks for it", nil, "services.it.healthPath",
            check("curl -f http://localhost:3000/health || exit 1")),
        .web(
            "a health check that asks without a scheme", nil, "services.it.healthPath",
            check("wget -q localhost/health")),
        .web(
            "a health check in a program", nil, "services.it.healthPath",
            check("node -e \"require('http').get({port: 80, path: '/health'})\"")),
        .web(
            "a stated health path", nil, "services.it.healthPath", ["image": "i"],
            settings: ServiceSettings(healthPath: "/up")),
        .unrouted("no health path without a route", nil, "services.it.healthPath", ["image": "i"]),
    ]

    private static func check(_ text: String) -> [String: JSONValue] {
        ["image": "i", "healthcheck": ["test": ["CMD-SHELL", .string(text)]]]
    }

    @Test func `advises the path that the health check asks for`() {
        let test = FindingCase.web("", .note, "services.it.healthPath", Self.check("curl http://127.0.0.1/up?full=1"))
        #expect(test.found.map { $0.advice.contains("ServiceSettings(healthPath: \"/up\")") } == [true])
    }
}
