import FoundationEssentials

/// What was read of an edge in one round trip: its configuration on disk, and the word of the running HAProxy.
public struct EdgeReading: Sendable, Hashable {
    /// The version of the HAProxy that runs, as `3.0.11`; empty when it does not answer.
    public var version: String
    /// Whether there is a certificate to serve HTTPS with.
    public var hasCertificates: Bool
    /// Whether there is an authority whose certificates the public has to show.
    public var hasClientAuthority: Bool
    /// What the edge was told of each environment, by scope.
    public var environments: [String: EdgeEnvironment]
    /// The digest of each environment's value, as it lies on the droplet.
    var digests: [String: String]
    /// What the running edge says of each environment, by scope.
    public var statuses: [String: EdgeStatus]
    /// How many former workers still have connections, after reloads.
    public var formerWorkers: Int
    /// What the running edge loaded; nil when it does not answer, or is not configured by DeployKit.
    var structure: Digest?

    /// Reads what ``HAProxyEdge/read`` printed.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when an environment's value cannot be read.
    public init(_ output: String) throws {
        var parts: [(name: [Substring], text: String)] = []
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("== ") {
                parts.append((line.dropFirst(3).split(separator: " "), ""))
            } else if !parts.isEmpty {
                parts[parts.count - 1].text += line + "\n"
            }
        }
        func text(_ name: Substring) -> String { parts.first { $0.name.first == name }?.text ?? "" }

        let processes = text("processes").split(separator: "\n").map { $0.split(separator: " ") }
        let workers = processes.filter { $0.count >= 5 && $0[1] == "worker" }
        version = workers.first?.last?.split(separator: "-").first.map(String.init) ?? ""
        formerWorkers = max(0, workers.count - 1)
        hasCertificates = parts.contains { $0.name == ["certificates"] }
        hasClientAuthority = parts.contains { $0.name == ["client-authority"] }

        environments = [:]
        digests = [:]
        for part in parts where part.name.count == 3 && part.name[0] == "environment" {
            let scope = String(part.name[1])
            do {
                environments[scope] = try JSONDecoder().decode(EdgeEnvironment.self, from: Data(part.text.utf8))
            } catch {
                throw DeployError(
                    .edge, "what the edge was told of \(scope) cannot be read; was it written by a newer version?",
                    evidence: ["\(error)"], next: "Deploy with the version of DeployKit that last deployed \(scope).")
            }
            digests[scope] = String(part.name[2])
        }

        let running = text("running").split(separator: "\n")
        structure = running.lazy.compactMap { line in
            line.hasPrefix("proc.edge:") ? line.split(separator: "<").last?.dropLast() : nil
        }.first.flatMap { Digest("sha256:\($0)") }
        statuses = EdgeStatus.statuses(running)
        for part in parts where part.name.count == 2 && part.name[0] == "map" {
            let scope = String(part.name[1])
            let lines = part.text.split(separator: "\n").map { $0.split(separator: " ") }
            statuses[scope, default: EdgeStatus()].hostsOnDisk = EdgeStatus.hosts(lines)[scope] ?? [:]
        }
    }

    /// What was known of the other environments, as the configuring script finds it.
    func others(than scope: String) -> String {
        digests.filter { $0.key != scope }
            .map { (EdgeConfiguration.descriptorFile(of: $0.key), $0.value) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { "\($0.1)  \($0.0)" }
            .joined(separator: "\n")
    }
}

extension EdgeStatus {
    /// Reads the statistics and maps of the running edge.
    fileprivate static func statuses(_ lines: [Substring]) -> [String: EdgeStatus] {
        var statuses: [String: EdgeStatus] = [:]
        let entries = lines.filter { $0.hasPrefix("0x") }.map { Array($0.split(separator: " ").dropFirst()) }
        for (scope, hosts) in hosts(entries) { statuses[scope, default: EdgeStatus()].hosts = hosts }
        for entry in entries.compactMap(EdgeMap.read) {
            switch entry.key {
            case .share: statuses[entry.scope, default: EdgeStatus()].share = Int(entry.value) ?? 0
            case .page: statuses[entry.scope, default: EdgeStatus()].isInMaintenance = true
            case .sticky, .retry: break
            }
        }
        let rows = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .filter { $0.count == 8 || $0.count == 17 }
        for row in rows {
            guard let backend = EdgeBackend(name: row[0]), backend.purpose == .service,
                let counters = EdgeCounters(backend, row: row)
            else { continue }
            statuses[backend.scope, default: EdgeStatus()].counters.append(counters)
        }
        for row in rows {
            guard let backend = EdgeBackend(name: row[0]), backend.purpose == .service,
                let server = EdgeServer(backend, row: row)
            else { continue }
            statuses[backend.scope, default: EdgeStatus()].servers.append(server)
        }
        // What waits for a slot's first server is at work on the same container.
        for row in rows {
            guard let backend = EdgeBackend(name: row[0]), row[1] == EdgeBackend.hold(backend.slot),
                let index = statuses[backend.scope]?.servers.firstIndex(where: {
                    $0.service == backend.service && $0.backendSlot == backend.slot && $0.slot == backend.slot
                        && $0.replica == 1
                })
            else { continue }
            statuses[backend.scope]?.servers[index].sessions += Int(row[2]) ?? 0
        }
        return statuses
    }

    /// Reads the entries of maps, by scope.
    fileprivate static func hosts(_ entries: [[Substring]]) -> [String: [String: Slot]] {
        var hosts: [String: [String: Slot]] = [:]
        for entry in entries where entry.count == 2 {
            guard let backend = EdgeBackend(name: entry[1]) else { continue }
            hosts[backend.scope, default: [:]][String(entry[0])] = backend.slot
        }
        return hosts
    }
}

extension EdgeServer {
    /// Reads a row of the statistics: backend, server, sessions, status, is backup, check, its code, its time.
    ///
    /// After a reload a server counts as up until its first check: here it is up once a check found it so. While a check
    /// is under way, the word of the last one is there and its status is not.
    fileprivate init?(_ backend: EdgeBackend, row: [Substring]) {
        guard let (slot, replica) = EdgeBackend.readServer(row[1]) else { return nil }
        let isBackup = row[4] == "1"
        let check = row[5].drop { "* ".contains($0) }
        let hasPassed = check.hasPrefix("L") && check.dropFirst(2).hasPrefix("OK")
        let code = row[6].isEmpty || row[6] == "0" ? "" : "/\(row[6])"
        self.init(
            service: backend.service,
            backendSlot: backend.slot,
            slot: slot,
            replica: replica,
            isBackup: isBackup,
            isUp: row[3].hasPrefix("UP") && (isBackup || hasPassed),
            isDisabled: row[3].hasPrefix("MAINT"),
            lastCheck: check.isEmpty ? "" : "\(check)\(code)" + (row[7].isEmpty ? "" : " in \(row[7])ms"),
            sessions: Int(row[2]) ?? 0
        )
    }
}
