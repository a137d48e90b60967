extension DropletScript {
    /// Reads all that a plan follows from.
    ///
    /// What is missing or broken leaves its part empty; nothing fails.
    /// Each part begins with a line of the boundary, a space and the part's name.
    ///
    /// - `$1`: the boundary, a random text.
    /// - `$2`: the directory of all environments.
    /// - `$3`: the environment.
    /// - `$4`: the store whose schema is read; empty for none.
    /// - `$5`: ``psql``, which runs there.
    /// - `$6`: what it is asked.
    /// - `$7`…: the command that shows the edge.
    static let observe = DropletScript(
        name: "observe",
        text: findCompose + engine + #"""
            boundary=$1 root=$2 scope=$3 store=$4 psql=$5 question=$6
            shift 6
            dir=$root/$scope
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            ask() { engine --max-time 10 "$@" 2>/dev/null; }
            part() { printf '\n%s %s\n' "$boundary" "$1"; }

            # First of all, for it takes longest.
            if [ -n "$store" ]; then
                {
                    labels="\"com.docker.compose.project=$scope\",\"com.docker.compose.service=$store\""
                    id=$(ask "http://engine/containers/json?filters={\"label\":[$labels]}" | identifiers | head -n 1) || :
                    [ -n "$id" ] || exit 0
                    printf '%s' "$question" | docker exec -i "$id" sh -euc "$psql" sh - \
                        '-c statement_timeout=5000' deploykit-observe >"$work/schema" 2>/dev/null || :
                } &
            fi
            {
                # One client for all three: each takes longer to start than the engine to answer.
                ask -Z -o "$work/engine" http://engine/info -o "$work/images" http://engine/images/json \
                    -o "$work/list" \
                    "http://engine/containers/json?all=1&filters={\"label\":[\"deploykit.scope=$scope\"]}" || :
                ids=$([ ! -e "$work/list" ] || identifiers <"$work/list") || :
                [ -n "$ids" ] || exit 0
                set --
                for id in $ids; do
                    set -- "$@" -o "$work/memory.$id" "http://engine/containers/$id/stats?stream=0&one-shot=1"
                done
                ask -Z "$@" || : &
                # shellcheck disable=SC2086 # a list of hexadecimal names
                docker inspect --format '\#(DockerContainer.inspectFormat)' $ids >"$work/containers" || :
                wait
            } &
            $compose version --short >"$work/compose" 2>/dev/null || : &
            "$@" >"$work/edge" 2>/dev/null || : &

            part memory
            grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
            part disk
            df -B1 --output=avail,size /var/lib/docker 2>/dev/null || df -B1 --output=avail,size /
            part ports
            cat /proc/sys/net/ipv4/ip_local_reserved_ports || :
            part groups
            id -nG
            part missing
            for tool in curl flock socat; do command -v "$tool" >/dev/null || echo "$tool"; done
            [ -S '\#(EdgePaths().master)' ] || echo master
            part haproxy
            pgrep -a -x haproxy || :
            part daemon
            cat /etc/docker/daemon.json 2>/dev/null || :
            part sshd
            # What follows a Match is for others.
            awk 'FNR == 1 { others = 0 } tolower($1) == "match" { others = 1 }
                !others && tolower($1) ~ /^(clientalive|allowtcpforwarding)/' \
                /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null || :
            part closed
            for folder in "$root" "$root/edge"; do [ -w "$folder" ] || echo "$folder"; done
            part owner
            if [ -e "$dir/lease" ] && ! flock -n -s "$dir/lease" true; then
                cat "$dir/owner.json" 2>/dev/null || echo unknown
            fi
            part records
            # Whatever failed since, what succeeded last is remembered.
            if [ -e "$dir/records.jsonl" ]; then
                head -n -50 "$dir/records.jsonl" | grep '"result":"succeeded"' | tail -n 20 || :
                tail -n 50 "$dir/records.jsonl"
            fi
            for release in "$dir"/releases/*/; do
                release=${release%/}
                [ -e "$release/release.json" ] || continue
                part "release ${release##*/}"
                cat "$release/release.json"
                part "references ${release##*/}"
                cat "$release/images" || :
            done
            part migrations
            cat "$dir/migrations.jsonl" 2>/dev/null || :
            part salt
            cat "$dir/stores/salt" 2>/dev/null || :
            for store in "$dir"/stores/marks/*; do
                [ -e "$store" ] || continue
                part "made ${store##*/}"
                cat "$store"
            done
            wait
            for name in containers engine images compose edge schema; do
                part "$name"
                cat "$work/$name" 2>/dev/null || :
            done
            for usage in "$work"/memory.*; do
                [ -e "$usage" ] || continue
                part "usage ${usage##*/memory.}"
                cat "$usage"
            done
            """#
    )
}
