extension DropletScript {
    /// Attaches stores to the networks of a project, several at once; those that are attached already stay so.
    ///
    /// Needs `$work`, a directory. A store without a container is an error.
    static let attach = #"""
        attach_one() {
            number=$1 network=$2 container=$3
            shift 3
            for alias in "$@"; do
                set -- "$@" --alias "$alias"
                shift
            done
            docker network connect "$@" "$network" "$container" 2>"$work/connect.$number" ||
                grep -q 'already exists in network' "$work/connect.$number" ||
                cat "$work/connect.$number" >>"$work/unattached"
        }
        # attached PROJECT STORES: whether the networks that an earlier release left have nothing but all stores on them.
        attached() {
            docker ps -q --no-trunc --filter "label=com.docker.compose.project=$2" | sort >"$work/running" &
            networks=$(docker network ls -q --filter "label=com.docker.compose.project=$1")
            [ -n "$networks" ] || return 1
            # shellcheck disable=SC2086 # a list of hexadecimal names
            docker network inspect --format '{{range $id, $container := .Containers}}{{println $id}}{{end}}' $networks |
                grep . | sort >"$work/attached" || return 1
            [ "$(wc -l <"$work/attached")" = "$(wc -l <attachments)" ] || return 1
            wait
            [ -z "$(sort -u "$work/attached" | comm -23 - "$work/running")" ]
        }
        # attach FILE PROJECT STORES: each line of the file is a store, a network and the store's names in it.
        attach() {
            docker network ls --filter "label=com.docker.compose.project=$2" \
                --format '{{.Label "com.docker.compose.network"}} {{.Name}}' >"$work/networks"
            [ -s "$work/networks" ] || return 0
            docker ps -a --no-trunc --filter "label=com.docker.compose.project=$3" \
                --format '{{.Label "com.docker.compose.service"}} {{.ID}}' >"$work/stores"
            count=0
            while read -r store key names; do
                network=$(awk -v key="$key" '$1 == key { print $2; exit }' "$work/networks")
                [ -n "$network" ] || continue
                containers=$(awk -v key="$store" '$1 == key { print $2 }' "$work/stores")
                if [ -z "$containers" ]; then echo "the store $store has no container" >>"$work/unattached"; fi
                for container in $containers; do
                    count=$((count + 1))
                    # shellcheck disable=SC2086 # names without white space
                    attach_one "$count" "$network" "$container" $names &
                done
            done <"$1"
            wait
            if [ -e "$work/unattached" ]; then
                cat "$work/unattached" >&2
                exit 1
            fi
        }

        """#

    /// Makes and starts containers of a release in a slot, the stores attached before the first one runs.
    ///
    /// Prints `job NAME STATUS` and the end of its log when a job fails, and exits with 70; `service NAME STATUS` and the
    /// end of its log when another one ends while it starts, and exits with 71.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the release.
    /// - `$3`: the slot.
    /// - `$4`: the Compose project of the slot.
    /// - `$5`: the Compose project of the stores.
    /// - `$6`…: the services.
    static let start = DropletScript(
        name: "start",
        text: attach + findCompose + #"""
            release=$1/releases/$2 slot=$3 project=$4 stores=$5
            shift 5
            umask 027
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            cd "$release"

            # A job that this release ran is left out, and nobody waits for it.
            pending=
            done=
            for service in "$@"; do
                shift
                if grep -qxF -e "$service" jobs; then
                    if [ -e "marks/$service" ]; then
                        done="$done $service"
                        continue
                    fi
                    pending="$pending $service"
                fi
                set -- "$@" "$service"
            done
            [ $# -gt 0 ] || exit 0
            echo 'services: {}' >"$work/without-done.yaml"
            if [ -n "$done" ]; then
                echo 'services:' >"$work/without-done.yaml"
                for service in "$@"; do
                    printf '  "%s":\n    depends_on:\n' "$service"
                    for job in $done; do printf '      "%s": !reset null\n' "$job"; done
                done >>"$work/without-done.yaml"
            fi

            become_compose() {
                exec $compose --progress plain -p "$project" --project-directory "$release" --env-file /dev/null \
                    -f "compose.$slot.json" -f "$work/without-done.yaml" "$@"
            }
            compose() { (become_compose "$@"); }
            containers_of() {
                docker ps -aq --filter "label=com.docker.compose.project=$project" \
                    --filter "label=com.docker.compose.service=$1"
            }
            # A container that ends is noticed at once: Compose waits as long as Docker starts it again. Both are heard of
            # through one pipe, which this shell holds open itself, so that nobody who writes to it waits.
            mkfifo "$work/news"
            exec 3<>"$work/news"
            timeout 1800 docker events --filter event=die --filter "label=com.docker.compose.project=$project" \
                --format 'died {{.Actor.Attributes.exitCode}} {{index .Actor.Attributes "com.docker.compose.service"}}' \
                >&3 2>/dev/null &
            events=$!
            trap 'kill "$events" 2>/dev/null || :; rm -rf "$work"' EXIT
            (
                set +e
                (
                    set -e
                    # shellcheck disable=SC1091 # written by stage
                    . ./env
                    # shellcheck disable=SC1091 # written by stage
                    . ./volumes
                    if [ -s attachments ] && ! attached "$project" "$stores"; then
                        compose create --no-build --pull never --no-recreate "$@"
                        attach attachments "$project" "$stores"
                    fi
                    become_compose up -d --no-build --pull never --no-recreate --remove-orphans "$@" &
                    echo $! >"$work/compose"
                    wait $!
                ) >"$work/output" 2>&1
                echo "started $?" >&3
            ) &
            status=
            while read -r news code service <&3; do
                if [ "$news" = started ]; then
                    status=${status:-$code}
                    break
                fi
                case " $pending " in *" $service "*) continue ;; esac
                case " $* " in *" $service "*) ;; *) continue ;; esac
                if [ -n "$status" ] || [ ! -s "$work/compose" ]; then continue; fi
                status=71
                echo "service $service $code"
                containers_of "$service" | while read -r container; do docker logs --tail 20 "$container" 2>&1; done
                kill "$(cat "$work/compose")" 2>/dev/null || :
            done
            if [ "$status" = 71 ]; then exit 71; fi
            for job in $pending; do
                containers=$(containers_of "$job")
                [ -n "$containers" ] || continue
                for container in $containers; do
                    # After a failure a job may not have come to its turn.
                    if [ "$status" != 0 ] &&
                        [ "$(docker inspect --format '{{.State.Status}}' "$container")" != exited ]; then
                        continue 2
                    fi
                    ended=$(docker wait "$container")
                    if [ "$ended" != 0 ]; then
                        echo "job $job $ended"
                        docker logs --tail 20 "$container" 2>&1
                        exit 70
                    fi
                done
                : >"marks/$job"
                sync "marks/$job" marks
            done
            if [ "$status" != 0 ]; then
                tail -n 20 "$work/output" >&2
                exit "$status"
            fi
            """#
    )

    /// Starts the stores that do not run, waits until they are healthy, and attaches them to the slots' networks.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the Compose project of the stores.
    /// - `$3`, `$4`: the Compose projects of the slots.
    /// - `$5`…: the stores.
    static let startStores = DropletScript(
        name: "startStores",
        text: attach + findCompose + #"""
            dir=$1 project=$2 blue=$3 green=$4
            shift 4
            umask 027
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            cd "$dir/stores"
            docker ps -a --filter "label=com.docker.compose.project=$project" \
                --format '{{.Label "com.docker.compose.service"}} {{.Status}}' >"$work/existing"
            for store in "$@"; do
                shift
                status=$(awk -v key="$store" '$1 == key { $1 = ""; print; exit }' "$work/existing")
                case $status in
                    '') awk -v key="$store" '$1 == key { print $2 }' digests >"marks/$store" ;;
                    *'(unhealthy)' | *'(health: starting)' | *'(Paused)') ;;
                    ' Up '*) continue ;;
                esac
                set -- "$@" "$store"
            done
            [ $# -gt 0 ] || exit 0
            # shellcheck disable=SC1091 # written by stage
            . ./env
            $compose --progress plain -p "$project" --project-directory . --env-file /dev/null \
                -f compose.json up -d --no-build --no-recreate --wait "$@" >"$work/output" 2>&1 || {
                tail -n 20 "$work/output" >&2
                exit 1
            }
            attach attachments "$blue" "$project"
            attach attachments "$green" "$project"
            """#
    )
}
