extension ImageScript {
    /// Those of a build.
    static let builds = [follow, transfer, name, digests]

    /// Runs a command of Docker, its two outputs as one: it tells how it goes on either.
    ///
    /// - `$@`: the command.
    static let follow = ImageScript(name: "follow", text: #"exec "$@" 2>&1"#)

    /// Pushes images to their registry, or pulls them, one after the other.
    ///
    /// With a login, Docker's own configuration is left alone: the password is in a file that only this user reads, as
    /// long as this runs, in memory where the machine has a place for that.
    ///
    /// - `$1`: `push` or `pull`.
    /// - `$2`: empty to take Docker's own logins.
    /// - `$3`…: the images.
    /// - standard input: the registry's host, the user and the password, a line each.
    static let transfer = ImageScript(
        name: "transfer",
        text: #"""
            exec 2>&1
            verb=$1 login=$2
            shift 2
            if [ -n "$login" ]; then
                umask 077
                work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
                trap 'rm -rf "$work"' EXIT
                trap 'exit 1' HUP INT TERM
                export DOCKER_CONFIG="$work"
                IFS= read -r host
                IFS= read -r user
                IFS= read -r password
                if ! printf '%s' "$password" |
                    docker login --username "$user" --password-stdin "$host" >"$work/output" 2>&1; then
                    cat "$work/output"
                    exit 1
                fi
            fi
            for image in "$@"; do docker "$verb" "$image" </dev/null; done
            """#
    )

    /// Gives an image a name in this machine's engine.
    ///
    /// - `$1`…: the image and its name, for each.
    static let name = ImageScript(
        name: "name",
        text: #"""
            while [ $# -gt 0 ]; do
                docker tag "$1" "$2"
                shift 2
            done
            """#
    )

    /// Prints the digests that an image has in registries, a name with a digest a line.
    ///
    /// - `$1`: the image.
    static let digests = ImageScript(
        name: "digests",
        text: #"docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' -- "$1""#)
}
