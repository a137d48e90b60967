extension EdgeConfiguration {
    /// The text of an environment's file.
    static func text(of environment: EdgeEnvironment) -> String {
        """
        # \(environment.scope). DeployKit renders this file; what is changed here by hand is lost with the next deploy.

        global
            set-var \(variable(of: environment.scope)) str(\(structure(of: environment).hexadecimal))

        \(backends(of: environment))
        """
    }

    /// The environment's backends and preview listeners.
    static func backends(of environment: EdgeEnvironment) -> String {
        Slot.allCases.flatMap { slot -> [String] in
            let services = environment.services(in: slot)
            guard !services.isEmpty else { return [] }
            return [preview(of: slot, services: services, in: environment)]
                + services.flatMap { service in
                    EdgeBackend.Purpose.allCases.map { backend(of: service, in: slot, for: $0, of: environment) }
                }
        }.joined(separator: "\n")
    }

    private static func backend(
        of service: EdgeService, in slot: Slot, for purpose: EdgeBackend.Purpose, of environment: EdgeEnvironment
    ) -> String {
        let name = EdgeBackend(scope: environment.scope, slot: slot, service: service.name, purpose: purpose).name
        var lines = ["backend \(name) from edge:\(purpose == .service ? "service" : purpose.rawValue)"]
        lines.append("    timeout server \(environment.policy.serverTimeout.edgeTime)")
        lines.append("    timeout tunnel \(environment.policy.tunnelTimeout.edgeTime)")
        if purpose == .service {
            let host = environment.routes.filter { $0.service == service.name }.map(\.host).min() ?? "localhost"
            lines.append(
                "    http-check send meth GET uri \(service.healthPath.edgeWord) ver HTTP/1.1"
                    + " hdr Host \(host) hdr X-Forwarded-Proto https")
        }
        for (index, port) in service.ports.enumerated() {
            let check = purpose == .service ? " check" : ""
            lines.append("    server \(EdgeBackend.server(slot, index + 1)) 127.0.0.1:\(port)\(check)")
        }
        if purpose == .service {
            lines += standby(for: service.name, beside: slot, in: environment)
            // Never down, and asked last: while all others are, requests try to connect to it until one is up again.
            if let port = service.ports.first {
                lines.append("    server \(EdgeBackend.hold(slot)) 127.0.0.1:\(port) backup")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The other slot's servers of a service; kept out until their release may stand by.
    private static func standby(
        for service: String, beside slot: Slot, in environment: EdgeEnvironment
    ) -> [String] {
        let other = environment.services(in: slot.other).first { $0.name == service }
        let isArmed = environment.armedSlot == slot
        let own = EdgeBackend(scope: environment.scope, slot: slot.other, service: service).name
        return (other?.ports ?? []).enumerated().map { index, port in
            let server = EdgeBackend.server(slot.other, index + 1)
            return "    server \(server) 127.0.0.1:\(port) backup track \(own)/\(server)\(isArmed ? "" : " disabled")"
        }
    }

    /// The listener on which only this slot's containers answer.
    private static func preview(
        of slot: Slot, services: [EdgeService], in environment: EdgeEnvironment
    ) -> String {
        let port = PortBlock(first: environment.firstPort).previewPort(of: slot)
        let names = Set(services.map(\.name))
        let routes = environment.routes.filter { names.contains($0.service) }.sorted { $0.host < $1.host }
        let choices = routes.map { route in
            let backend = EdgeBackend(
                scope: environment.scope, slot: slot, service: route.service, purpose: .preview)
            return "    use_backend \(backend.name) if { var(txn.host) -m str \(route.host) }\n"
        }
        return """
            frontend edge:preview:\(environment.scope):\(slot.rawValue) from edge:common
                bind 127.0.0.1:\(port)
                option httpclose
                http-request set-var(txn.host) req.hdr(host),host_only,lower,rtrim(.)
                http-request del-header forwarded
                http-request set-header x-forwarded-for %[src]
                http-request set-header x-real-ip %[src]
                http-request set-header x-forwarded-proto https
                http-request set-header x-forwarded-host %[req.hdr(host)]
                http-response set-header X-DeployKit-Slot %[srv_name,field(1,-)]
            \(choices.joined())    default_backend edge:nobody

            """
    }
}

extension EdgeEnvironment {
    /// The slot in whose backends the other slot may answer; nil for none.
    ///
    /// In a canary that is the new release's: what it cannot answer, the one that serves can.
    package var armedSlot: Slot? {
        guard (share?.percent ?? 0) == 0 else { return serving?.other }
        return standbyIsArmed ? serving : nil
    }

    /// The services of a slot, by name.
    ///
    /// One that never had a release is like the other: so the second deploy finds its servers and needs no reload.
    func services(in slot: Slot) -> [EdgeService] {
        let shift = (slot == .blue ? -1 : 1) * PortBlock.slotSize
        let services =
            slots[slot]
            ?? (slots[slot.other] ?? []).map { service in
                EdgeService(
                    name: service.name, healthPath: service.healthPath, ports: service.ports.map { $0 + shift })
            }
        return services.sorted { $0.name < $1.name }
    }
}
