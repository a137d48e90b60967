extension DropletScript {
    /// Waits until the containers or the edge's servers of a slot are in another state, and shows them.
    ///
    /// The engine tells of a change by an event, the edge is asked twenty times a second. Prints a part `same`, and
    /// `edge` where it counts; or the parts `fingerprint`, `containers`,
    /// `deaths` where containers were restarted, and `edge`.
    ///
    /// - `$1`: the boundary, a random text.
    /// - `$2`: the Compose project of the slot.
    /// - `$3`: how long to wait, in twentieths of a second.
    /// - `$4`: the fingerprint of the state that is known; empty when none is.
    /// - `$5`: the edge's socket.
    /// - `$6`: `counting` shows the edge although nothing is different, for what it has counted.
    /// - `$7`…: the command that shows the edge.
    static let health = DropletScript(
        name: "health",
        text: engine + #"""
            boundary=$1 project=$2 turns=$3 known=$4 socket=$5 counting=$6
            shift 6
            work=$(mktemp -d)
            events=
            trap '[ -z "$events" ] || kill "$events" 2>/dev/null || :; rm -rf "$work"' EXIT
            ask() { engine "$@" 2>/dev/null; }
            part() { printf '\n%s %s\n' "$boundary" "$1"; }
            filter="\"label\":[\"com.docker.compose.project=$project\"]"
            containers() {
                ids=$(ask "http://engine/containers/json?all=1&filters={$filter}" | identifiers)
            }
            # The states alone: the rest of what the edge says is different each time.
            servers() {
                echo 'show servers state' | socat - "UNIX-CONNECT:$socket" 2>/dev/null |
                    awk '{ print $2, $4, $6, $7, $11 }'
            }
            # Sets the fingerprint, and the containers that it is of.
            look() {
                containers || :
                urls=
                for id in $ids; do urls="$urls http://engine/containers/$id/json"; done
                # shellcheck disable=SC2086 # a list of addresses
                fingerprint=$({
                    [ -z "$urls" ] || ask $urls |
                        grep -oE '"(Id|Status|ExitCode|OOMKilled|StartedAt|RestartCount)":[^,}]*' || :
                    cat "$work/servers"
                } | cksum | tr ' ' -)
            }

            : >"$work/events"
            if [ -n "$known" ] && [ "$turns" -gt 0 ]; then
                changes='"event":["create","start","die","oom","health_status","pause","unpause","destroy"]'
                since=$(date +%s.%N)
                # No function: this process is the one that is killed at the end.
                curl -sgN --unix-socket /var/run/docker.sock \
                    "http://engine/events?since=$since&filters={$filter,$changes}" >"$work/events" 2>/dev/null &
                events=$!
            fi
            servers >"$work/servers"
            : >"$work/containers"
            # Before what is shown: what changes between them is then seen as a change the next time.
            look
            if [ "$fingerprint" = "$known" ] && [ "$turns" -gt 0 ]; then
                edge=$(cat "$work/servers")
                while [ "$turns" -gt 0 ] && [ ! -s "$work/events" ] && [ "$(servers)" = "$edge" ]; do
                    sleep 0.05
                    turns=$((turns - 1))
                done
                servers >"$work/servers"
                look
            fi
            if [ "$fingerprint" = "$known" ]; then
                part same
                [ -n "$counting" ] || exit 0
                part edge
                "$@" 2>/dev/null || :
                exit 0
            fi
            "$@" >"$work/edge" 2>/dev/null || : &
            edge=$!
            part fingerprint
            echo "$fingerprint"
            part containers
            # shellcheck disable=SC2086 # a list of hexadecimal names
            [ -z "$ids" ] || docker inspect --format '\#(DockerContainer.inspectFormat)' $ids >"$work/containers" || :
            cat "$work/containers"
            # The engine forgets an exit status when it starts the container again; its events do not.
            if grep -q '"restarts":[1-9]' "$work/containers"; then
                part deaths
                docker events --since 10m --until "$(date +%s.%N)" --filter event=die \
                    --filter "label=com.docker.compose.project=$project" \
                    --format '{{.Actor.ID}} {{.Actor.Attributes.exitCode}}' || :
            fi
            wait "$edge"
            part edge
            cat "$work/edge"
            """#
    )
}
