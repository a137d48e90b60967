internal import SystemPackage

/// Asks registries what an image is: the part of the distribution protocol that a plan needs, and nothing that changes
/// anything there.
///
/// Docker Hub, GHCR and DigitalOcean's registry speak it; so does Debian's `docker-registry`.
/// Source: the OCI distribution specification 1.1, and Docker's description of token authentication.
public struct RegistryClient: Sendable {
    /// Sends the requests.
    let transport: any HTTPTransport
    /// What registries are logged in to with.
    let logins: RegistryLogins
    /// The registries that are asked without TLS, beside those on this machine.
    let insecureRegistries: Set<String>
    /// Where Docker has the certificate authority of a registry that has one of its own: `<registry>/ca.crt`.
    var certificates = "/etc/docker/certs.d"

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - transport: Sends the requests.
    ///   - logins: What registries are logged in to with.
    ///   - insecureRegistries: Registries, as `10.0.0.5:5000`, that have no TLS; the droplet's Docker has to know them
    ///     as `insecure-registries` too. Those on the loopback need not be named.
    public init(
        transport: any HTTPTransport, logins: RegistryLogins, insecureRegistries: Set<String> = []
    ) {
        self.transport = transport
        self.logins = logins
        self.insecureRegistries = insecureRegistries
    }

    /// The digest of the manifest, or of the index of a multi-platform image, that a name leads to now.
    ///
    /// - Returns: nil when the registry has no such image.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` when the registry does not answer, or does not say.
    public func digest(of image: ImageReference) async throws -> Digest? {
        let url = manifestURL(of: image)
        let login = try await logins.login(for: image.registry)
        var authorization: Secret?
        var response = try await send("HEAD", url, authorization, image)
        if response.status == 401 {
            authorization = try await self.authorization(for: image, challenge: response, login: login)
            if let authorization { response = try await send("HEAD", url, authorization, image) }
        }
        // A registry need not answer HEAD as it does GET; only a body that was read proves that nothing is there.
        if response.status == 405 || (response.status == 200 && contentDigest(response) == nil) {
            response = try await send("GET", url, authorization, image)
        }
        switch response.status {
        case 200:
            guard let digest = contentDigest(response) ?? bodyDigest(response)
            else { throw failure(image, "answered without a digest") }
            if let wanted = image.digest, wanted != digest {
                throw failure(image, "answered with \(digest), and \(wanted) was asked for")
            }
            return digest
        case 404:
            return nil
        case 401, 403:
            throw refusal(image, hasLogin: login != nil, status: response.status)
        case 429:
            throw failure(image, "refuses more requests for now", next: "Log in to it, or try again in some minutes.")
        default:
            throw failure(image, "answered with status \(response.status)")
        }
    }

    private func contentDigest(_ response: HTTPResponse) -> Digest? {
        response.header("Docker-Content-Digest").flatMap { Digest($0) }
    }

    private func bodyDigest(_ response: HTTPResponse) -> Digest? {
        response.body.isEmpty || response.isBodyCut ? nil : SHA256.hash(response.body)
    }

    private func scheme(of registry: String) -> String {
        let isInsecure = insecureRegistries.contains(registry) || ImageReference("\(registry)/x")?.isOnLoopback == true
        return isInsecure ? "http" : "https"
    }

    private func manifestURL(of image: ImageReference) -> String {
        let host = image.registry == ImageReference.dockerHub ? "registry-1.docker.io" : image.registry
        let target = image.digest?.description ?? image.tag ?? "latest"
        return "\(scheme(of: image.registry))://\(host)/v2/\(image.repository)/manifests/\(target)"
    }

    private func send(
        _ method: String, _ url: String, _ authorization: Secret?, _ image: ImageReference
    ) async throws -> HTTPResponse {
        var headers = [HTTPHeader("Accept", Self.manifestTypes)]
        if let authorization { headers.append(HTTPHeader("Authorization", authorization.revealed)) }
        // A manifest has at most 4 MiB, by the specification.
        var request = HTTPRequest(method, url: url, headers: headers, bodyLimit: 4 << 20, reusesConnection: true)
        let authority = "\(certificates)/\(image.registry)/ca.crt"
        if url.hasPrefix("https://\(image.registry)/"), let file = try? FileDescriptor.open(authority, .readOnly) {
            try? file.close()
            request.certificateAuthorities = authority
        }
        do {
            return try await transport.send(request)
        } catch {
            try Task.checkCancellation()
            throw failure(image, "did not answer (\(error.message))")
        }
    }

    private static let manifestTypes = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ].joined(separator: ", ")

    /// Answers a registry's challenge: with the login itself, or with a token that its token server gives for it.
    private func authorization(
        for image: ImageReference, challenge response: HTTPResponse, login: RegistryLogin?
    ) async throws -> Secret? {
        guard let challenge = response.header("WWW-Authenticate").flatMap({ RegistryChallenge($0) }) else { return nil }
        switch challenge {
        case .basic:
            return login?.basicAuthorization
        case .bearer:
            guard let url = challenge.tokenURL(repository: image.repository) else { return nil }
            // A login never travels in the clear, whatever a registry asks for.
            let isSafe = url.hasPrefix("https://") || scheme(of: image.registry) == "http"
            guard isSafe || login == nil else { throw failure(image, "sends its clients to log in at \(url)") }
            let answer = try await send("GET", url, login?.basicAuthorization, image)
            guard answer.status == 200 else { throw refusal(image, hasLogin: login != nil, status: answer.status) }
            let token = try? JSONValue(parsing: answer.text)
            guard let text = token?["token"]?.string ?? token?["access_token"]?.string else {
                throw failure(image, "gave no token")
            }
            return Secret("Bearer \(text)")
        }
    }

    private func refusal(_ image: ImageReference, hasLogin: Bool, status: Int) -> DeployError {
        DeployError(
            .image,
            hasLogin
                ? "\(image.registry) does not let this login read \(image) (status \(status))"
                : "\(image.registry) wants a login for \(image), or has no such image (status \(status))",
            next: hasLogin
                ? "Give its token the right to read packages, or check the name."
                : "Set DEPLOYKIT_REGISTRY_USER and DEPLOYKIT_REGISTRY_PASSWORD, or run docker login \(image.registry).")
    }

    private func failure(_ image: ImageReference, _ what: String, next: String = "") -> DeployError {
        DeployError(
            .image, "\(image.registry) \(what), when it was asked for \(image)",
            next: next.isEmpty ? "Try docker pull \(image), to see what it says." : next)
    }
}
