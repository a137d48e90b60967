# shellcheck shell=bash disable=SC2154
# Droplets: containers that run systemd from Debian 13, set up as any real droplet has to be.

# What systemd and a nested container engine need, without the whole of --privileged.
capabilities=(NET_ADMIN SYS_ADMIN SYS_MODULE SYS_RAWIO SYS_TIME SYS_BOOT SYS_PTRACE MAC_ADMIN MAC_OVERRIDE MKNOD NET_RAW
    SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ SYS_NICE DAC_READ_SEARCH IPC_LOCK LINUX_IMMUTABLE LEASE SYS_TTY_CONFIG
    SYS_PACCT NET_BROADCAST IPC_OWNER AUDIT_CONTROL)

container() { echo "deploykit-lab-$1"; }
exists() { docker container inspect "$(container "$1")" >/dev/null 2>&1; }
as_root() { docker exec -i "$(container "$1")" "${@:2}"; }

address() {
    docker container inspect --format "{{(index .NetworkSettings.Networks \"$network\").IPAMConfig.IPv4Address}}" \
        "$(container "$1")"
}

up() {
    local name=$1
    make_key
    make_certificates
    exists "$name" || create "$name"
    docker start "$(container "$name")" >/dev/null
    wait_until_ready "$name"
    admit "$name"
    load_base_images "$name"
    printf '%s\t%s\n' "$name" "$(address "$name")"
}

create() {
    local name=$1 capability options=()
    for capability in "${capabilities[@]}"; do options+=(--cap-add "$capability"); done
    docker create --name "$(container "$name")" --hostname "$name" --label deploykit.lab="$name" \
        --network "$network" --ip "$(free_address)" --stop-signal SIGRTMIN+3 "${options[@]}" \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cgroupns=private \
        --tmpfs /run --tmpfs /run/lock --tmpfs /tmp \
        --volume "deploykit-lab-$name-docker:/var/lib/docker" \
        --volume "deploykit-lab-$name-containerd:/var/lib/containerd" "$droplet_image" >/dev/null
}

# Addresses are given by hand, so that a droplet keeps its own over a reboot.
free_address() {
    local taken number
    taken=$(docker ps --all --quiet --filter label=deploykit.lab | xargs -r docker container inspect --format \
        "{{(index .NetworkSettings.Networks \"$network\").IPAMConfig.IPv4Address}}")
    for ((number = 10; number < 120; number++)); do
        grep -qx "$subnet.$number" <<<"$taken" || break
    done
    echo "$subnet.$number"
}

wait_until_ready() {
    local name=$1
    wait_until "docker answers on $name" as_root "$name" docker version
    wait_until "sshd answers on $name" as_root "$name" bash -c '</dev/tcp/127.0.0.1/22'
    wait_until "the edge answers on $name" as_root "$name" test -S /run/haproxy-master.sock
    wait_until "the registry answers on $name" as_root "$name" bash -c '</dev/tcp/127.0.0.1/5000'
}

make_key() {
    [ -e "$cache/deploy_key" ] || ssh-keygen -q -t ed25519 -N '' -C deploykit-lab -f "$cache/deploy_key"
}

# A certificate authority and one certificate for all public names, in place of Cloudflare's Origin CA.
make_certificates() {
    [ -e "$cache/deploykit.pem" ] && return 0
    local names='DNS:conciliaextrato.com,DNS:app.conciliaextrato.com,DNS:api.conciliaextrato.com'
    names+=',DNS:qa.conciliaextrato.com,DNS:app.qa.conciliaextrato.com,DNS:api.qa.conciliaextrato.com,DNS:localhost'
    (
        cd "$cache"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=DeployKit lab' \
            -keyout ca.key -out ca.pem
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=conciliaextrato.com' \
            -keyout edge.key -out edge.csr
        openssl x509 -req -in edge.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
            -extfile <(printf 'subjectAltName=%s\n' "$names") -out edge.pem
        cat edge.pem edge.key >deploykit.pem.new
        mv deploykit.pem.new deploykit.pem
    ) 2>"$cache/openssl.log" || fail "making certificates failed: see $cache/openssl.log"
}

# Lets the deploy key in, notes the host key, and gives the edge its certificate.
admit() {
    local name=$1
    as_root "$name" sh -euc 'install -d -m 0700 -o deploy -g deploy /home/deploy/.ssh
        cat >/home/deploy/.ssh/authorized_keys; chown deploy: /home/deploy/.ssh/authorized_keys' <"$cache/deploy_key.pub"
    printf '%s %s\n' "$(address "$name")" "$(as_root "$name" cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" \
        >"$cache/known_hosts.$name"
    as_root "$name" sh -euc 'umask 027; cat >/etc/haproxy/certs/deploykit.pem
        chgrp haproxy /etc/haproxy/certs/deploykit.pem' <"$cache/deploykit.pem"
}

load_base_images() {
    local name=$1 archive
    docker image inspect "${base_images[@]}" >/dev/null 2>&1 || return 0
    archive=$(base_archive)
    if [ "$(as_root "$name" cat /var/lib/docker/deploykit-lab-base 2>/dev/null)" = "$archive" ]; then return 0; fi
    as_root "$name" docker load --quiet <"$archive" >/dev/null
    as_root "$name" sh -c "echo '$archive' >/var/lib/docker/deploykit-lab-base"
}

reset() { as_root "$1" /usr/local/sbin/lab-reset; }

reboot() {
    docker restart --time 20 "$(container "$1")" >/dev/null
    wait_until_ready "$1"
}

remove() {
    local name names=("$1")
    if [ "$1" = --all ]; then
        mapfile -t names < <(docker ps --all --filter label=deploykit.lab --format '{{.Label "deploykit.lab"}}')
    fi
    for name in "${names[@]}"; do
        docker rm --force --volumes "$(container "$name")" >/dev/null 2>&1 || true
        docker volume rm --force "deploykit-lab-$name-docker" "deploykit-lab-$name-containerd" >/dev/null
        rm -f "$cache/known_hosts.$name"
    done
}

list() {
    local name
    docker ps --all --filter label=deploykit.lab --format '{{.Label "deploykit.lab"}}' | while read -r name; do
        printf '%s\t%s\t%s\n' "$name" "$(address "$name")" \
            "$(docker container inspect --format '{{.State.Status}}' "$(container "$name")")"
    done
}

settings() {
    local name=$1
    cat <<SETTINGS
export DEPLOYKIT_HOST=$(address "$name")
export DEPLOYKIT_USER=deploy
export DEPLOYKIT_SSH_KEY_FILE=$cache/deploy_key
export DEPLOYKIT_KNOWN_HOSTS_FILE=$cache/known_hosts.$name
export DEPLOYKIT_CA_FILE=$cache/ca.pem
SETTINGS
}

login() {
    local name=$1
    shift
    ssh -i "$cache/deploy_key" -o UserKnownHostsFile="$cache/known_hosts.$name" -o StrictHostKeyChecking=yes \
        -o BatchMode=yes -o IdentitiesOnly=yes "deploy@$(address "$name")" "$@"
}

registry() {
    local name=deploykit-lab-registry
    case "$1" in
    up)
        if ! docker container inspect "$name" >/dev/null 2>&1; then
            docker create --name "$name" --network "$network" --ip "$subnet.2" "$droplet_image" \
                docker-registry serve /etc/docker/registry/lab.yml >/dev/null
        fi
        docker start "$name" >/dev/null
        wait_until 'the registry answers' curl -fs "http://$subnet.2:5000/v2/"
        echo "$subnet.2:5000"
        ;;
    down) docker rm --force --volumes "$name" >/dev/null ;;
    *) fail 'registry up or registry down' ;;
    esac
}
