import DeployKit
import DeployKitTesting

/// The Compose project of a release of ``SmallApplication`` in a slot.
struct SmallProject: Sendable {
    let release: Release
    let slot: Slot
    let scope: String
    let references: [Digest: String]
    let ports: PortBlock

    init(_ release: Release, _ slot: Slot, _ scope: String, _ references: [Digest: String], _ ports: PortBlock) {
        self.release = release
        self.slot = slot
        self.scope = scope
        self.references = references
        self.ports = ports
    }

    /// The project as JSON.
    var text: String {
        let services = release.services.map { "\"\($0.name)\":{\(common($0)),\(own($0))}" }
        return #"{"name":"\#(scope)-\#(slot.rawValue)","services":{\#(services.joined(separator: ","))},"#
            + #""volumes":{"shared":{"name":"\#(scope)_shared","external":true}}}"#
    }

    private func common(_ service: Service) -> String {
        let reference = release.images[service.name].flatMap { references[$0.digest] } ?? ""
        return #""image":"\#(reference)","init":true,"pull_policy":"never","#
            + #""labels":{"deploykit.scope":"\#(scope)","deploykit.slot":"\#(slot.rawValue)","#
            + #""deploykit.release":"\#(release.id)"},"environment":{"NAME":"\#(service.name)","TOKEN":"${DK_token}"},"#
            + #""volumes":[{"type":"volume","source":"shared","target":"/shared"}]"#
    }

    private func own(_ service: Service) -> String {
        switch service.kind {
        case .web:
            let port = ports.ports(for: release.services, in: slot)[service.name]?.first ?? 0
            return #""command":[\#(command(web))],"restart":"unless-stopped","#
                + #""depends_on":{"migrate":{"condition":"service_completed_successfully"}},"#
                + #""healthcheck":{"test":["CMD","perl","-MIO::Socket::INET","-e",\#(Self.json(Self.check))],"#
                + #""interval":"5s","start_period":"60s","start_interval":"250ms"},"#
                + #""ports":[{"target":8080,"published":"\#(port)","host_ip":"127.0.0.1"}]"#
        case .worker:
            return #""command":["sleep","infinity"],"restart":"unless-stopped""#
        case .job, .store:
            return #""command":[\#(command(job))],"restart":"no""#
        }
    }

    private func command(_ arguments: [String]) -> String { arguments.map(Self.json).joined(separator: ",") }

    private var web: [String] {
        if release.version.hasSuffix("\(ContractBehaviour.exits)") {
            return ["sh", "-c", "sleep 1; echo '\(ContractBehaviour.exitLine)'; exit 3"]
        }
        return ["perl", "-MIO::Socket::INET", "-e", Self.server]
    }

    private var job: [String] {
        if release.version.hasSuffix("\(ContractBehaviour.failsJob)") {
            return ["sh", "-c", "echo '\(ContractBehaviour.exitLine)'; exit 3"]
        }
        return ["sh", "-c", "echo $NAME >>/shared/runs-\(release.id)"]
    }

    /// Answers every request with its name and the value of a secret, as HTTP/1.0.
    private static let server = """
        $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 50, ReuseAddr => 1) or die;
        while ($c = $s->accept) {
            while (<$c>) { last if /^\\r/ }
            print $c "HTTP/1.0 200 OK\\r\\n\\r\\n$ENV{NAME} $ENV{TOKEN}\\n";
            close $c;
        }
        """

    private static let check = "exit !IO::Socket::INET->new(PeerAddr => '127.0.0.1:8080')"

    /// A text in JSON, with the dollars doubled that Compose would take for its own.
    private static func json(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: " ").replacing("$", with: "$$")
        return "\"\(escaped)\""
    }
}
