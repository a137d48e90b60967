/// Brings the images of a release to one droplet: from a registry, or over the SSH connection.
public protocol ImageCarrier: Sendable {
    /// Brings images to the droplet; those that are there already cost nothing but a look.
    ///
    /// - Parameters:
    ///   - images: What is wanted, fixed by content.
    ///   - fenced: Runs commands on the droplet under the lease's fence. Whatever changes what the droplet's engine
    ///     has (a pull, a tag) goes through it; layers may take any other way.
    /// - Returns: What each is called on the droplet, in a form that stays true: `127.0.0.1:5000/api@sha256:…`.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` when one does not exist or cannot be had;
    ///   ``LeaseError`` and ``ShellError`` as `fenced` throws them.
    func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String]
}
