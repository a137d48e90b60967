#!/usr/bin/env bash
# Proof that the lab is what it says: each line is something that a deploy relies on. Removes its droplets at the end.
# shellcheck disable=SC2016  # what is in single quotes expands on the droplet
set -euo pipefail

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/lab
log=$(mktemp)
trap '"$lab" remove check-one; "$lab" remove check-two; rm -f "$log"' EXIT

on() { "$lab" ssh check-one "$@"; }
root() { "$lab" root check-one "$@"; }
address() { "$lab" list | awk -v name="$1" '$1 == name { print $2 }'; }

prove() {
    local what=$1 started
    started=$(date +%s%N)
    shift
    if ! "$@" >"$log" 2>&1; then
        printf 'not true: %s\n' "$what" >&2
        tail -n 5 "$log" >&2
        exit 1
    fi
    printf 'ok: %s (%d ms)\n' "$what" $((($(date +%s%N) - started) / 1000000))
}

refused() { ! "$@"; }
within() {
    local try
    for ((try = 0; try < 100; try++)); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    return 1
}

# The settings are read as a person would.
settings() { eval "$("$lab" env check-one)"; }
differ() { [ -n "$(address check-one)" ] && [ "$(address check-one)" != "$(address check-two)" ]; }
strange_host_key() {
    settings
    refused ssh -F none -i "$DEPLOYKIT_SSH_KEY_FILE" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes \
        -o UserKnownHostsFile="$DEPLOYKIT_KNOWN_HOSTS_FILE" "deploy@$(address check-two)" true
}
trusted_answer() {
    on "echo '$(tls_frontend)' >/var/lib/deploykit/edge/current/10-tls.cfg" && reload &&
        settings && within curl -s --max-time 2 --cacert "$DEPLOYKIT_CA_FILE" -o /dev/null \
        --connect-to "api.qa.conciliaextrato.com:443:$DEPLOYKIT_HOST:443" https://api.qa.conciliaextrato.com/
}
tls_frontend() {
    printf 'frontend tls\n    bind :443 ssl crt /etc/haproxy/certs/deploykit.pem alpn h2,http/1.1\n'
    printf '    http-request return status 503\n'
}
reload() { on 'echo reload | socat -t 10 - UNIX-CONNECT:/run/haproxy-master.sock | grep -q Success=1'; }
stays() { on "curl -sf --max-time 2 http://127.0.0.1:20000/" | grep -q alive; }
since() { on 'docker inspect --format "{{.State.StartedAt}}" lives'; }
reachable_from_outside() { curl -sf --max-time 1 "http://$(address check-one):20000/"; }
guarded() { root iptables -w -t raw -C PREROUTING ! -i lo -d 127.0.0.0/8 -j DROP; }
empty() {
    on 'test -z "$(docker ps --all --quiet)$(docker volume ls --quiet)$(docker network ls --quiet --filter type=custom)" &&
        test "$(docker images --quiet | wc -l)" = 3 && test "$(ls -A /var/lib/deploykit/edge | tr "\n" " ")" = "current initial "'
}
stores() {
    on 'docker run --detach --restart unless-stopped --name pg --env POSTGRES_PASSWORD=x --env POSTGRES_DB=app --publish 127.0.0.1:20001:5432 \
        --health-cmd "pg_isready --username postgres" --health-interval 1s postgres:17 &&
        docker run --detach --restart unless-stopped --name redis --publish 127.0.0.1:20002:6379 redis:8 redis-server --appendonly yes' &&
        within on 'docker exec -e PGPASSWORD=x pg psql -h 127.0.0.1 -U postgres -c "select 1" app &&
            docker exec redis redis-cli set a b'
}

"$lab" remove check-one
"$lab" remove check-two
prove 'a droplet comes up' "$lab" up check-one
prove 'a second one' "$lab" up check-two
prove 'they have two addresses' differ
prove 'the deploy user gets in, with the host key that was noted' on true
prove 'another host key is refused' strange_host_key
prove 'the deploy user has no password and is not root' on 'test "$(id -u)" != 0 && ! sudo -n true 2>/dev/null'
prove 'ports of the slots are reserved' on 'grep -qx 20000-29999 /proc/sys/net/ipv4/ip_local_reserved_ports'
prove 'the deploy user runs a container with a port on the loopback' on \
    "docker run --detach --name lives --restart unless-stopped --publish 127.0.0.1:20000:80 debian:trixie-slim \
        perl -MIO::Socket::INET -e '\$s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, Reuse => 1);
            while (\$c = \$s->accept) { <\$c>; print \$c qq(HTTP/1.0 200 OK\\r\\n\\r\\nalive); close \$c }'"
prove 'it answers there' within stays
prove 'and not at the address of the droplet' refused reachable_from_outside
prove 'packets to the loopback from outside are dropped' guarded
prove 'the stores behave as the official images do' stores
prove 'the deploy user checks the edge' on /usr/sbin/haproxy -c -f /var/lib/deploykit/edge/current
prove 'the deploy user reloads the edge' reload
prove 'the deploy user asks a worker' on 'echo "@1 show stat" | socat - UNIX-CONNECT:/run/haproxy-master.sock | grep -q FRONTEND'
prove 'the edge serves the public names with a certificate that the settings trust' trusted_answer
started=$(since)
root systemctl restart docker
prove 'containers outlive a restart of Docker' within stays
prove 'and it is the same process' test "$(since)" = "$started"
prove 'a droplet reboots' "$lab" reboot check-one
prove 'its container is back' within stays
prove 'so are its stores' within on 'docker exec -e PGPASSWORD=x pg psql -h 127.0.0.1 -U postgres -c "select 1" app'
prove 'the edge is back' on curl -s -o /dev/null http://127.0.0.1/
prove 'the ports are still reserved' on 'grep -qx 20000-29999 /proc/sys/net/ipv4/ip_local_reserved_ports'
prove 'packets to the loopback are still dropped' guarded
prove 'a reset empties it' "$lab" reset check-one
prove 'nothing is left' empty
prove 'the edge answers 503 again' on 'test "$(curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1/)" = 503'
prove 'a droplet that was stopped starts' "$lab" down check-one
prove 'with its own address' "$lab" up check-one
