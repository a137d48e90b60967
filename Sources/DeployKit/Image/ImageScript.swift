/// The POSIX shell scripts that move images; those for the droplet run behind the lease's fence.
///
/// A script's text holds no values: they arrive as `$1`, `$2`, … and on its standard input.
struct ImageScript: Sendable, Hashable {
    /// What it is called, in tests.
    let name: String
    /// The text, for `sh` under `set -eu`.
    let text: String

    /// All of them, so that a test can check each.
    static let all = [identify, export, pack, look, receive, load, pull, prune, configuration] + builds

    /// The script as a command.
    func command(
        _ parameters: [String] = [], input: Secret = Secret(""), deadline: Duration = .seconds(60)
    ) -> Command {
        .script(text, parameters, input: input, deadline: deadline)
    }
}

// On the runner.
extension ImageScript {
    /// Prints the identity of each image in this machine's engine, or an empty line for one that it has not.
    ///
    /// - `$1`…: the images.
    static let identify = ImageScript(
        name: "identify",
        text: #"""
            if ids=$(docker image inspect --format '{{.Id}}' -- "$@" 2>/dev/null); then
                printf '%s\n' "$ids"
                exit 0
            fi
            docker version --format '{{.Server.Version}}' >/dev/null
            for image in "$@"; do
                docker image inspect --format '{{.Id}}' -- "$image" 2>/dev/null || echo
            done
            """#
    )

    /// Unpacks what the engine saves of images, prints the folder, and removes it when the standard input ends.
    ///
    /// - `$1`…: the images' identities.
    static let export = ImageScript(
        name: "export",
        text: #"""
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            trap 'exit 1' HUP INT TERM
            mkdir "$work/image"
            { docker save "$@" 2>"$work/error" || : >"$work/failed"; } |
                tar -xf - -C "$work/image" 2>>"$work/error" || : >"$work/failed"
            if [ -e "$work/failed" ]; then
                cat "$work/error" >&2
                exit 1
            fi
            echo "$work"
            cat >/dev/null
            """#
    )

    /// Packs some of the files that were exported; prints the archive's size and theirs, in bytes.
    ///
    /// - `$1`: the folder.
    /// - `$2`…: the files.
    /// - standard input: the archive's `manifest.json`.
    static let pack = ImageScript(
        name: "pack",
        text: #"""
            work=$1
            shift
            cd "$work/image"
            cat >manifest.json
            # A layer that two images share is a link in one of them.
            tar --use-compress-program='gzip -1' -chf "$work/archive" manifest.json "$@"
            printf '%s %s\n' "$(stat -c %s "$work/archive")" "$(du -cbL "$@" | tail -n 1 | cut -f 1)"
            """#
    )

    /// Prints Docker's configuration of this machine, or what its credential helper says.
    ///
    /// - `$1`: `config`, or the name of a helper.
    /// - standard input: the registry, for the helper.
    static let configuration = ImageScript(
        name: "configuration",
        text: #"""
            if [ "$1" = config ]; then
                cat "${DOCKER_CONFIG:-$HOME/.docker}/config.json" 2>/dev/null || echo '{}'
            else
                "docker-credential-$1" get 2>/dev/null || echo '{}'
            fi
            """#
    )
}

// On the droplet.
extension ImageScript {
    /// Prints what the droplet's engine is and has: its architecture, its store, free disk space, its images.
    static let look = ImageScript(
        name: "look",
        text: #"""
            echo "architecture|$(docker version --format '{{.Server.Arch}}')"
            echo "store|$(docker info --format '{{json .DriverStatus}}')"
            { df -B1 --output=avail /var/lib/docker 2>/dev/null || df -B1 --output=avail /; } |
                { read -r _ && read -r free && echo "free|$free"; }
            ids=$(docker image ls -q --no-trunc)
            ids=$(printf '%s\n' "$ids" | sort -u)
            # shellcheck disable=SC2086 # a list of identities
            [ -z "$ids" ] || docker image inspect \
                --format 'image|{{.Id}}|{{json .RootFS.Layers}}|{{json .RepoTags}}' $ids || :
            """#
    )

    /// Takes in the next piece of an archive.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the archive's name.
    /// - `$3`: how many bytes came before; with 0, what former runs left is removed.
    /// - standard input: the piece.
    static let receive = ImageScript(
        name: "receive",
        text: #"""
            umask 077
            mkdir -p "$1"
            if [ "$3" = 0 ]; then rm -f "$1"/incoming-*; fi
            : >>"$1/incoming-$2"
            if [ "$(stat -c %s "$1/incoming-$2")" != "$3" ]; then
                echo "the archive has another size than the $3 bytes that were sent" >&2
                exit 1
            fi
            cat >>"$1/incoming-$2"
            """#
    )

    /// Loads a received archive into the engine, removes it, and prints the images as `look` does.
    ///
    /// What is about to arrive is written down first: should this run die before a release names the images, a later
    /// one knows what to remove.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the archive's name.
    /// - `$3`: how many images.
    /// - `$4`…: their identities, as many, and then their tags.
    static let load = ImageScript(
        name: "load",
        text: #"""
            fetched=$1/fetched archive=$1/incoming-$2 count=$3
            shift 3
            trap 'rm -f "$archive"' EXIT
            trap 'exit 1' HUP INT TERM
            while [ "$count" -gt 0 ]; do
                printf '%s\n' "$1" >>"$fetched"
                shift
                count=$((count - 1))
            done
            docker load --quiet --input "$archive" >/dev/null
            docker image inspect --format '{{.Id}}' "$@" >>"$fetched"
            docker image inspect \
                --format 'image|{{.Id}}|{{json .RootFS.Layers}}|{{json .RepoTags}}' "$@"
            """#
    )

    /// Pulls images by digest, all at once; prints `present`, `pulled`, or `failed` and the reference for each, and
    /// what Docker said under a failed one.
    ///
    /// The password is in a file in memory that only this user reads, as long as this runs.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: how many registries to log in to.
    /// - `$3`…: the references.
    /// - standard input: for each registry, its host, the user and the password, a line each.
    static let pull = ImageScript(
        name: "pull",
        text: #"""
            directory=$1 logins=$2
            shift 2
            umask 077
            mkdir -p "$directory"
            work=$(mktemp -d -p /dev/shm)
            trap 'rm -rf "$work"' EXIT
            trap 'exit 1' HUP INT TERM
            export DOCKER_CONFIG="$work/docker"
            while [ "$logins" -gt 0 ]; do
                IFS= read -r host
                IFS= read -r user
                IFS= read -r password
                if ! printf '%s' "$password" |
                    docker login --username "$user" --password-stdin "$host" >/dev/null 2>"$work/error"; then
                    echo "refused $host"
                    grep -v '^WARNING' "$work/error" | tail -n 5
                    exit 0
                fi
                logins=$((logins - 1))
            done
            number=0
            for reference in "$@"; do
                if docker image inspect "$reference" >/dev/null 2>&1; then
                    echo "present $reference"
                    continue
                fi
                printf '%s\n' "$reference" >>"$directory/fetched"
                number=$((number + 1))
                (
                    if docker pull --quiet "$reference" >/dev/null 2>"$work/error.$number" </dev/null; then
                        echo "pulled $reference"
                    else
                        echo "$reference" >"$work/failed.$number"
                    fi
                ) &
            done
            wait
            for failed in "$work"/failed.*; do
                [ -e "$failed" ] || continue
                echo "failed $(cat "$failed")"
                tail -n 5 "$work/error.${failed##*.}"
            done
            """#
    )

    /// Removes the images on the environment's list of those that came, and are perhaps not needed any more.
    ///
    /// `remove` puts on it what the removed releases had. A release on the droplet needs the images that its file names, and another environment's run those that it has
    /// just fetched. What a container still has stays on the list until the next time.
    ///
    /// - `$1`: the environment's directory, beside those of the others.
    static let prune = ImageScript(
        name: "prune",
        text: #"""
            directory=$1
            rm -f "$directory"/incoming-*
            [ -s "$directory/fetched" ] || exit 0
            docker version --format '{{.Server.Version}}' >/dev/null
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            : >"$work/needed"
            for other in "${directory%/*}"/*; do
                [ "$other" = "$directory" ] || cat "$other/fetched" 2>/dev/null >>"$work/needed" || :
                cat "$other"/releases/*/images 2>/dev/null | cut -d ' ' -f 2 >>"$work/needed"
            done
            sort -u "$work/needed" -o "$work/needed"
            sort -u "$directory/fetched" | comm -23 - "$work/needed" | while read -r image; do
                docker image rm "$image" >/dev/null 2>&1 </dev/null || :
                # Only what the engine says it has not is gone; one that does not answer has perhaps all of them.
                said=$(docker image inspect "$image" 2>&1 >/dev/null </dev/null) || :
                case $said in *[Nn]'o such image'*) ;; *) echo "$image" ;; esac
            done >"$work/left"
            cp "$work/left" "$directory/fetched.new"
            mv "$directory/fetched.new" "$directory/fetched"
            """#
    )
}
