/// Tells by the name of a variable whether its value is for nobody's eyes.
public enum SecretName {
    /// Whether a variable's name says that its value is a secret.
    ///
    /// `POSTGRES_PASSWORD` and `API_KEY` do; `PASSWORD_FILE` and `SSH_AUTH_SOCK` name places, a `PUBLIC_KEY` is for
    /// everybody, `TOKEN_TTL` is a number, and `PWD` is the folder that a shell is in.
    public static func isConfidential(_ name: String) -> Bool {
        // `GIT_AUTHOR_NAME` is no authorization.
        let upper = name.uppercased().split(separator: "_").filter { $0 != "AUTHOR" }.joined(separator: "_")
        let harmless = [
            "_FILE", "_PATH", "_DIR", "_SOCK", "PUBLIC_KEY", "_TIMEOUT", "_TTL", "_LIFETIME", "_ENABLED",
        ]
        guard upper != "PWD", upper != "OLDPWD", !harmless.contains(where: upper.hasSuffix) else { return false }
        // A webhook's address is all that is needed to write there.
        return upper.hasPrefix("DEPLOYKIT_ALERT_")
            || VariableReference(name: upper, hasDefault: false).isConfidential
    }

    /// The secrets among variables, by their names; and the passwords in addresses and settings of a connection,
    /// whatever they are called.
    ///
    /// - Parameter variables: Names and values, of a process or of a service.
    /// - Returns: The values, or the parts of them, that are secrets.
    public static func secrets(in variables: [String: String]) -> [Secret] {
        variables.sorted { $0.key < $1.key }.flatMap { name, value in
            secrets(in: value, isConfidential: isConfidential(name))
        }
    }

    /// The secrets in one value: itself, where its name says so, and the passwords in it, which a program may print alone.
    static func secrets(in value: String, isConfidential: Bool) -> [Secret] {
        (isConfidential ? [Secret(value)] : []) + passwords(in: value).map { Secret($0) }
    }
}
