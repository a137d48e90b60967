extension EdgeConfiguration {
    /// How long a client's connection may be idle: Cloudflare keeps its own for 900 s.
    private static let idle: Duration = .seconds(930)

    /// The text of ``commonFile``: what all environments share, and the listeners.
    func commonText(structure: Digest?) -> String {
        let mark = structure.map { "\n    set-var proc.edge str(\($0.hexadecimal))" } ?? ""
        // A worker that was reloaded away goes when its last connection goes: an idle one ends after its next
        // response or at the idle limit, a tunnel at its environment's drain limit.
        let limit = environments.map(\.policy.drainLimit).max() ?? .zero
        let hardStop = Self.idle + .seconds(30) + limit
        return """
            # The edge. DeployKit renders this file; what is changed here by hand is lost with the next deploy.

            global
                user haproxy
                group haproxy
                chroot /var/lib/haproxy
                log /dev/log local0
                stats socket /run/haproxy/admin.sock mode 660 group haproxy level admin expose-fd listeners
                stats timeout 30s
                # Connections follow from the open files that the system allows, up to this many.
                fd-hard-limit 50000
                # After a reload the former worker keeps what is open: other environments' tunnels too.
                hard-stop-after \(hardStop.edgeTime)
                ssl-default-bind-options ssl-min-ver TLSv1.2\(mark)

            defaults edge:common
                mode http
                log global
                option httplog
                option dontlognull
                option dontlog-normal
                # A former worker answers the next request on an idle connection before it closes it.
                option idle-close-on-response
                http-reuse safe
                # Pooled connections that went stale use retries up at once; a failed connection is tried again after
                # 300 ms, so a request waits 18 s for a server before it fails.
                retries 60
                option redispatch 1
                retry-on conn-failure empty-response
                timeout connect 300ms
                timeout client 100s
                timeout client-fin 30s
                timeout server 100s
                timeout http-request 10s
                timeout http-keep-alive \(Self.idle.edgeTime)
                # A check that is slow is not a server that is down.
                timeout check 3s

            # Answers the public.
            defaults edge:service from edge:common
                # A failed connection is tried again for any method; what was sent, only for GET and HEAD.
                http-request disable-l7-retry unless METH_GET
                option httpchk
                http-check expect status 200-299
                # Ten failed connections in a row say that a server is gone sooner than the next check does.
                default-server inter 500ms fastinter 100ms downinter 100ms rise 2 fall 3 observe layer4 error-limit 10 on-error mark-down

            # Answers probes, and hides nothing from them.
            defaults edge:preview from edge:common
                retries 0
                retry-on none
                http-reuse never

            frontend edge:public from edge:common
                bind :80
            \(publicListeners)
                # A former worker knows the hosts and servers of its time: it hands each request on to the new one.
                bind abns@deploykit-edge accept-proxy name relay

                # Who asks for what.
                http-request set-var(txn.host) req.hdr(host),host_only,lower,rtrim(.)
            \(environments.map(lookup).joined(separator: "\n"))
                http-request set-var(txn.place) var(txn.backend),field(1,:,2)
                http-request set-var(txn.service) var(txn.backend),field(3,:)
            \(amendableRules)    acl relayed so_name relay
            \(clientRules)
            \(environments.map(Self.fallOver).joined())
                http-response set-header X-DeployKit-Slot %[srv_name,field(1,-)] if { so_name -m beg probe: }

                use_backend edge:successor if { stopping }
                use_backend %[var(txn.backend)] if { var(txn.backend) -m found }
                default_backend edge:nobody

            backend edge:nobody from edge:common
                http-request return status 404 content-type text/plain string "No application answers this host here.\\n"

            backend edge:successor from edge:common
                http-request disable-l7-retry unless METH_GET
                # The new worker's limits count.
                timeout server 24h
                timeout tunnel 24h
                server worker abns@deploykit-edge send-proxy-v2

            """.withoutTrailingBlanks
    }

    private var publicListeners: String {
        let secure = "ssl crt /etc/haproxy/certs/ alpn h2,http/1.1"
        let clients = hasClientAuthority ? " ca-file \(Self.clientAuthority) verify required" : ""
        var lines = hasCertificates ? ["    bind :443 \(secure)\(clients)"] : []
        if !environments.isEmpty { lines.append("    # The same rules for probes, which come over SSH.") }
        for environment in environments {
            let block = PortBlock(first: environment.firstPort)
            lines.append("    bind 127.0.0.1:\(block.probePort) name probe:\(environment.scope)")
            guard hasCertificates else { continue }
            lines.append("    bind 127.0.0.1:\(block.secureProbePort) name probe:\(environment.scope) \(secure)")
        }
        return lines.joined(separator: "\n")
    }

    private func lookup(_ environment: EdgeEnvironment) -> String {
        let map = Self.map(of: environment.scope, root: Self.root)
        return "    http-request set-var(txn.backend) var(txn.host),map_str(opt@\(map))"
            + " if !{ var(txn.backend) -m found }"
    }

    /// Who the client is and how it came: written by the edge, never taken from the client.
    private var clientRules: String {
        var lines = ["    http-request set-var(txn.client) src"]
        for environment in environments where !environment.policy.trustedProxies.isEmpty {
            let scope = environment.scope
            for ranges in environment.policy.trustedProxies.chunks(of: 20) {
                lines.append("    acl \(scope):trusted src \(ranges.joined(separator: " "))")
            }
            let own = "{ var(txn.place) -m beg \(scope): } \(scope):trusted"
            lines.append("    http-request set-var(txn.trusted) bool(true) if \(own)")
        }
        return
            (lines + [
                "    http-request set-var(txn.proto) str(http)",
                "    http-request set-var(txn.proto) str(https) if { ssl_fc }",
                "    http-request set-var(txn.proto) req.hdr(x-forwarded-proto) if { var(txn.trusted) -m bool }"
                    + " { req.hdr(x-forwarded-proto) -m str http https }",
                "    http-request set-var(txn.client) req.hdr_ip(cf-connecting-ip) if { var(txn.trusted) -m bool }"
                    + " { req.hdr_ip(cf-connecting-ip) -m found }",
                "    http-request del-header cf-connecting-ip if !relayed !{ var(txn.trusted) -m bool }",
                "    http-request del-header forwarded",
                "    http-request set-header x-forwarded-for %[var(txn.client)] if !relayed",
                "    http-request set-header x-real-ip %[var(txn.client)] if !relayed",
                "    http-request set-header x-forwarded-proto %[var(txn.proto)] if !relayed",
                "    http-request set-header x-forwarded-host %[req.hdr(host)] if !relayed",
            ]
            + environments.filter { $0.policy.plainHTTP == .redirect }.map { environment in
                "    http-request redirect scheme https code 308 if !relayed { var(txn.proto) -m str http }"
                    + " { var(txn.place) -m beg \(environment.scope): }"
            }).joined(separator: "\n")
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

extension String {
    /// The text with at most one empty line in a row.
    var withoutTrailingBlanks: String {
        var lines: [Substring] = []
        for line in split(separator: "\n", omittingEmptySubsequences: false) where !(line.isEmpty && lines.last == "") {
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
