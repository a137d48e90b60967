# shellcheck shell=bash disable=SC2154
# Proof that the lab is what it says: each line is something that a deploy relies on.

check() {
    remove check-one
    up check-one >/dev/null
    up check-two >/dev/null
    prove 'two droplets have two addresses' test "$(address check-one)" != "$(address check-two)"
    prove 'the deploy user gets in, with the host key that was noted' login check-one true
    prove 'the deploy user runs containers' login check-one \
        docker run --detach --name lives --restart unless-stopped --publish 127.0.0.1:20000:8000 debian:trixie-slim sleep 600
    prove 'the deploy user checks the edge' login check-one /usr/sbin/haproxy -c -f /var/lib/deploykit/edge/current
    prove 'the deploy user reloads the edge' login check-one \
        'echo reload | socat - UNIX-CONNECT:/run/haproxy-master.sock | grep -q Success=1'
    prove 'the registry answers on loopback' login check-one curl -fs http://127.0.0.1:5000/v2/
    as_root check-one systemctl restart docker
    prove 'containers outlive a restart of Docker' login check-one \
        "docker inspect --format '{{.State.Running}}' lives | grep -q true"
    reboot check-one
    prove 'a droplet that reboots comes up again with its containers' login check-one \
        "docker inspect --format '{{.State.Running}}' lives | grep -q true"
    reset check-one
    # shellcheck disable=SC2016  # expands on the droplet
    prove 'a reset leaves no container' login check-one 'test -z "$(docker ps --all --quiet)"'
    remove check-one
    remove check-two
}

prove() {
    local what=$1
    shift
    "$@" >/dev/null 2>"$cache/check.log" || fail "not true: $what: $(tail -n 3 "$cache/check.log")"
    echo "ok: $what"
}
