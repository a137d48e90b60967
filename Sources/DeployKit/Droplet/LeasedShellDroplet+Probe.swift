extension LeasedShellDroplet {
    func probe(_ probe: Probe) async throws -> ProbeResult {
        let listeners = try await listeners()
        let port = listeners.port(of: probe.path)
        let request = HTTPRequest(
            url: "\(listeners.scheme(of: probe.path))://\(probe.host)\(probe.target)",
            headers: [HTTPHeader("User-Agent", "DeployKit")],
            timeout: probe.timeout,
            connectTo: try await droplet.shell.way(toLoopback: port),
            certificateAuthorities: droplet.certificateAuthorities,
            bodyLimit: 256
        )
        let start = ContinuousClock.now
        do {
            return ProbeResult(of: probe, try await droplet.transport.send(request))
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            return ProbeResult(
                host: probe.host, status: nil, detail: error.message,
                milliseconds: start.duration(to: .now).milliseconds)
        }
    }

    /// Where the edge listens for probes of the environment.
    private func listeners() async throws -> EdgeListeners {
        if let known = memory.listeners { return known }
        let reading = try await HAProxyEdge(shell: droplet.shell).read()
        guard let edge = reading.environments[droplet.paths.scope] else {
            throw DeployError(
                .edge, "the edge on \(fenced.machine) was not told of \(droplet.paths.scope), so nothing can be probed",
                next: "Run the same command again, which tells it.")
        }
        let listeners = EdgeListeners(
            block: PortBlock(first: edge.firstPort), hasCertificates: reading.hasCertificates)
        memory.keep(listeners)
        return listeners
    }
}

/// The loopback listeners of the edge through which an environment is probed.
struct EdgeListeners: Sendable, Hashable {
    /// The environment's ports.
    let block: PortBlock
    /// Whether there is a certificate, so that the public name is asked as a visitor does: over TLS.
    let hasCertificates: Bool

    func port(of path: Probe.Path) -> Int {
        switch path {
        case .preview(let slot): block.previewPort(of: slot)
        case .public: hasCertificates ? block.secureProbePort : block.probePort
        }
    }

    func scheme(of path: Probe.Path) -> String {
        path == .public && hasCertificates ? "https" : "http"
    }
}

extension ProbeResult {
    /// The header in which the edge tells a probe which slot answered.
    static let slotHeader = "X-DeployKit-Slot"

    init(of probe: Probe, _ response: HTTPResponse) {
        self.init(
            host: probe.host,
            status: response.status,
            slot: response.header(Self.slotHeader).flatMap(Slot.init(rawValue:)),
            detail: response.text,
            milliseconds: response.timings.total.milliseconds
        )
    }
}
