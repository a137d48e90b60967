extension DropletScript {
    /// Stops or starts containers of a slot, all at once.
    ///
    /// - `$1`: `stop` or `start`.
    /// - `$2`: the Compose project.
    /// - `$3`…: the services.
    static let turnServices = DropletScript(
        name: "turnServices",
        text: #"""
            verb=$1 project=$2
            shift 2
            # By itself: of a pipe only the last part's failure would count.
            found=$(docker ps -a --filter "label=com.docker.compose.project=$project" \
                --format '{{.Label "com.docker.compose.service"}} {{.ID}}')
            containers=$(printf '%s\n' "$found" | while read -r service container; do
                for wanted in "$@"; do
                    if [ "$service" = "$wanted" ]; then echo "$container"; fi
                done
            done)
            # shellcheck disable=SC2086 # a list of hexadecimal names
            [ -z "$containers" ] || docker "$verb" $containers >/dev/null
            """#
    )

    /// Removes what belongs to a slot's project: `remove_containers` and `remove_networks` of `$project`.
    private static let removal = #"""
        \#(engine)
        remove_containers() {
            filters="{\"label\":[\"com.docker.compose.project=$project\"]}"
            # By itself: of a pipe only the last part's failure would count.
            answer=$(engine --max-time 30 "http://engine/containers/json?all=1&filters=$filters")
            containers=$(printf '%s' "$answer" | identifiers) || :
            # shellcheck disable=SC2086 # a list of hexadecimal names
            [ -z "$containers" ] || docker rm -f $containers >/dev/null
        }
        # The containers are gone by then: a store that were detached before would never hear that their connections
        # ended, and run out of them after some deploys.
        remove_networks() {
            networks=$(docker network ls -q --filter "label=com.docker.compose.project=$project")
            for network in $networks; do
                for container in $(docker network inspect \
                    --format '{{range $id, $container := .Containers}}{{$id}} {{end}}' "$network"); do
                    docker network disconnect -f "$network" "$container" &
                done
            done
            wait
            # shellcheck disable=SC2086 # a list of hexadecimal names
            [ -z "$networks" ] || docker network rm $networks >/dev/null
        }

        """#

    /// Removes the containers and the networks of a slot.
    ///
    /// - `$1`: the Compose project of the slot.
    /// - `$2`: the environment's directory.
    /// - `$3`: the owner's token.
    static let clear = DropletScript(
        name: "clear",
        text: removal + #"""
            project=$1
            remove_containers
            # A command of this run that was given up may still be at work here, and ends soon without its containers:
            # 8 is what the fence holds, shared with it.
            if ! flock -w 30 -x 8; then
                echo 'deploykit: another command of this run is still at work' >&2
                exit 1
            fi
            # The shared lock is let go before the other one is there: a new owner may have come in between.
            token=
            read -r token <"$2/token" || :
            if [ "$token" != "$3" ]; then
                echo '\#(Fence.refusalMessage)' >&2
                exit \#(Fence.refusal)
            fi
            remove_containers
            remove_networks
            """#
    )

    /// Removes the containers of a slot, and its networks where the next release has others.
    ///
    /// - `$1`: the Compose project of the slot.
    /// - `$2`: the next release's Compose file.
    static let vacate = DropletScript(
        name: "vacate",
        text: removal + #"""
            project=$1 file=$2 label='\#(ContainerLabel.networks)'
            {
                wanted=$(grep -o "\"$label\" *: *\"[^\"]*\"" "$file" | cut -d '"' -f 4 | sort -u) || :
                found=$(docker network ls --filter "label=com.docker.compose.project=$project" \
                    --format "{{.Label \"$label\"}}" | sort -u)
                [ "$found" = "$wanted" ]
            } &
            remove_containers
            wait "$!" || remove_networks
            """#
    )

    /// Prints the last lines of containers, each after a line of the boundary, a space, the container and the service.
    ///
    /// - `$1`: the boundary, a random text.
    /// - `$2`: how many lines of each.
    /// - `$3`: the Compose project.
    /// - `$4`…: the services; all when there is none.
    static let logs = DropletScript(
        name: "logs",
        text: #"""
            boundary=$1 lines=$2 project=$3
            shift 3
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            docker ps -a --filter "label=com.docker.compose.project=$project" \
                --format '{{.Names}} {{.Label "com.docker.compose.service"}}' >"$work/found"
            sort "$work/found" >"$work/containers"
            while read -r container service; do
                wanted=$([ $# -gt 0 ] || echo yes)
                for name in "$@"; do
                    if [ "$service" = "$name" ]; then wanted=yes; fi
                done
                [ -n "$wanted" ] || continue
                echo "$container $service" >>"$work/wanted"
                docker logs --tail "$lines" "$container" >"$work/log.$container" 2>&1 &
            done <"$work/containers"
            wait
            [ -e "$work/wanted" ] || exit 0
            while read -r container service; do
                printf '\n%s %s %s\n' "$boundary" "$container" "$service"
                cat "$work/log.$container"
            done <"$work/wanted"
            """#
    )
}
