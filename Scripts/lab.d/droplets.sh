# shellcheck shell=bash
# Droplets: containers that run systemd from Debian 13, set up as any real droplet has to be.
# shellcheck disable=SC2154  # $cache and $network come from Scripts/lab

# What systemd and a nested Docker need, without the whole of --privileged, which not every machine may give.
readonly capabilities=(
    NET_ADMIN SYS_ADMIN SYS_MODULE SYS_RAWIO SYS_TIME SYS_BOOT SYS_PTRACE MAC_ADMIN MAC_OVERRIDE MKNOD NET_RAW SYSLOG
    WAKE_ALARM BLOCK_SUSPEND AUDIT_READ SYS_NICE DAC_READ_SEARCH IPC_LOCK LINUX_IMMUTABLE LEASE SYS_TTY_CONFIG
    SYS_PACCT NET_BROADCAST IPC_OWNER AUDIT_CONTROL
)

container() { echo "deploykit-lab-$1"; }
exists() { docker container inspect "$(container "$1")" >/dev/null 2>&1; }
state() { docker container inspect --format '{{.State.Status}}' "$(container "$1")" 2>/dev/null; }

# known NAME: ends the script when no droplet has this name.
known() {
    [ -n "${1:-}" ] || die "a droplet needs a name. The droplets are: Scripts/lab list"
    exists "$1" || die "there is no droplet '$1'. Make it with: Scripts/lab up $1"
}

address() {
    docker container inspect --format "{{(index .NetworkSettings.Networks \"$network\").IPAMConfig.IPv4Address}}" \
        "$(container "$1")"
}

# run_droplet CONTAINER NAME ADDRESS DOCKER_VOLUME CONTAINERD_VOLUME [OPTION...]: creates, does not start.
run_droplet() {
    local container=$1 name=$2 address=$3 docker=$4 containerd=$5 capability options=()
    shift 5
    for capability in "${capabilities[@]}"; do options+=(--cap-add "$capability"); done
    if [ "$address" = none ]; then
        options+=(--network none)
    else
        options+=(--network "$network" --ip "$address" --label "deploykit.lab=$name" --restart unless-stopped)
    fi
    docker create --name "$container" --hostname "$name" "${options[@]}" "$@" \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns=private \
        --tmpfs /run:exec,mode=755 --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 \
        --volume "$docker:/var/lib/docker" --volume "$containerd:/var/lib/containerd" "$droplet_image" >/dev/null
}

droplet_up() {
    local name=${1:-} options=()
    [[ $name =~ ^[a-z0-9][a-z0-9-]*$ ]] || die "a droplet needs a name of small letters, digits and hyphens"
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        --memory) options+=(--memory "${2:?--memory takes a size, as 2g}") && shift 2 ;;
        *) die "unknown option '$1'. Next: Scripts/lab up NAME [--memory SIZE]" ;;
        esac
    done
    if ! engine_answers || ! exists "$name"; then
        prepare
        alone droplets create "$name" "${options[@]}"
    fi
    [ "$(state "$name")" = running ] || docker start "$(container "$name")" >/dev/null
    wait_until_ready "$name"
    printf '%s\t%s\n' "$name" "$(address "$name")"
}

create() {
    local name=$1 container address
    shift
    exists "$name" && return 0
    container=$(container "$name")
    docker volume rm --force "$container-docker" "$container-containerd" >/dev/null
    copy_volume "$(template_volume)" "$container-docker"
    address=$(free_address)
    run_droplet "$container" "$name" "$address" "$container-docker" "$container-containerd" "$@"
    give_host_key "$container" "$name" "$address"
}

# Addresses are given by hand, so that a droplet keeps its own over a reboot.
free_address() {
    local taken number
    taken=$(docker ps --all --quiet --filter label=deploykit.lab | xargs -r docker container inspect --format \
        "{{(index .NetworkSettings.Networks \"$network\").IPAMConfig.IPv4Address}}")
    for ((number = 10; number < 120; number++)); do
        grep -qxF "$subnet.$number" <<<"$taken" || break
    done
    echo "$subnet.$number"
}

# The host key is made here, so that nobody has to trust one at first use.
give_host_key() {
    local work
    work=$(mktemp -d)
    ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$work/ssh_host_ed25519_key"
    tar -C "$work" --owner 0 --group 0 -c ssh_host_ed25519_key ssh_host_ed25519_key.pub | docker cp - "$1:/etc/ssh"
    printf '%s %s\n' "$3" "$(cut -d' ' -f1,2 "$work/ssh_host_ed25519_key.pub")" >"$cache/known_hosts.$2"
    rm -r "$work"
}

wait_until_ready() {
    within 60 timeout 10 "$0" ssh "$1" 'docker version && curl -so /dev/null http://127.0.0.1/ &&
        test -S /run/haproxy-master.sock' || {
        docker exec "$(container "$1")" systemctl list-units --failed --no-legend >&2 || true
        die "droplet '$1' is not ready after a minute. Look at: Scripts/lab root $1 journalctl --boot"
    }
}

droplet_down() {
    known "$@"
    docker stop --time 20 "$(container "$1")" >/dev/null
}

# A reboot as systemd does it: every process ends, /run is empty after it, and Docker starts the container again.
droplet_reboot() {
    known "$@"
    local container before
    container=$(container "$1")
    before=$(docker container inspect --format '{{.State.StartedAt}}' "$container")
    if [ "$(docker container inspect --format '{{.HostConfig.RestartPolicy.Name}}' "$container")" = no ]; then
        docker update --restart unless-stopped "$container" >/dev/null
    fi
    docker exec "$container" systemctl reboot >/dev/null 2>&1 || true
    within 60 rebooted "$container" "$before" || docker restart --time 1 "$container" >/dev/null
    wait_until_ready "$1"
}

rebooted() {
    [ "$(docker container inspect --format '{{.State.Status}} {{.State.StartedAt}}' "$1")" != "running $2" ] &&
        [ "$(docker container inspect --format '{{.State.Status}}' "$1")" = running ]
}

droplet_reset() {
    known "$@"
    local container
    container=$(container "$1")
    [ "$(state "$1")" = running ] || droplet_up "$1" >/dev/null
    timeout 120 docker exec -i "$container" bash -s -- "${droplet_images[@]}" <"$here/droplet/reset.sh" \
        >"$cache/logs/reset-$1.log" 2>&1 || die "the reset of '$1' failed. Its log: $cache/logs/reset-$1.log"
    timeout 60 docker exec -i "$container" bash -s -- --edge <"$here/droplet-setup.sh"
    docker exec "$container" systemctl restart haproxy
    wait_until_ready "$1"
}

droplet_remove() {
    local name names=("${1:?a name, or --all}")
    if [ "$1" = --all ]; then mapfile -t names < <(droplet_names); fi
    for name in "${names[@]}"; do
        docker rm --force --volumes "$(container "$name")" >/dev/null 2>&1 || true
        docker volume rm --force "$(container "$name")-docker" "$(container "$name")-containerd" >/dev/null
        rm -f "$cache/known_hosts.$name"
    done
}

droplet_names() { docker ps --all --filter label=deploykit.lab --format '{{.Label "deploykit.lab"}}' | sort; }

droplet_list() {
    local name
    droplet_names | while read -r name; do
        printf '%s\t%s\t%s\n' "$name" "$(address "$name")" "$(state "$name")"
    done
}
