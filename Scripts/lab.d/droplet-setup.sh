#!/usr/bin/env bash
# Makes a Debian 13 machine a droplet that DeployKit deploys to. This is all that any droplet needs.
#
# Usage, as root: droplet-setup.sh DEPLOY_KEY.pub CERTIFICATE.pem     a new droplet, and again after a change
#                 droplet-setup.sh --edge                      only the edge's initial configuration
# DEPLOY_KEY.pub   the public key that the deploy user logs in with
# CERTIFICATE.pem  private key and certificate of the public names, in one file (Cloudflare Origin CA)
set -euo pipefail
umask 022

# Debian's own packages: they get security updates, and outlive each other's restarts.
packages() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl iproute2 \
        iptables openssh-server socat util-linux docker.io docker-cli docker-compose haproxy
}

# Logs in with a key only; may use Docker and the edge's sockets through its groups, and needs no sudo.
deploy_user() {
    id deploy >/dev/null 2>&1 || useradd --create-home --shell /bin/bash deploy
    usermod --append --groups docker,haproxy deploy
    install -d -o deploy -g deploy -m 700 /home/deploy/.ssh
    install -o deploy -g deploy -m 600 "$1" /home/deploy/.ssh/authorized_keys
}

# A runner that vanished with its network is noticed after 15 s, and its lease is freed.
ssh_server() {
    cat >/etc/ssh/sshd_config.d/10-deploykit.conf <<'CONFIG'
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
ClientAliveInterval 5
ClientAliveCountMax 3
MaxSessions 10
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
CONFIG
}

# Published ports without a proxy process between, containers that outlive the daemon, logs that are bounded.
docker_engine() {
    install -d /etc/docker
    cat >/etc/docker/daemon.json <<'CONFIG'
{
  "userland-proxy": false,
  "live-restore": true,
  "log-driver": "local"
}
CONFIG
}

# The ports of the slots: no connection that goes out may take one of them by chance.
reserved_ports() {
    echo 'net.ipv4.ip_local_reserved_ports = 20000-29999' >/etc/sysctl.d/60-deploykit.conf
}

# Without the proxy Docker lets packets to 127/8 be routed, so those that come from outside are dropped.
loopback_guard() {
    cat >/etc/systemd/system/deploykit-loopback-guard.service <<'UNIT'
[Unit]
Description=Drop packets to 127.0.0.0/8 that do not come from this machine
Before=network-pre.target docker.service
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'r="PREROUTING ! -i lo -d 127.0.0.0/8 -j DROP"; iptables -w -t raw -C $r 2>/dev/null || iptables -w -t raw -I $r'

[Install]
WantedBy=multi-user.target
UNIT
    systemctl enable deploykit-loopback-guard.service
}

# With live-restore nobody stops the containers when the machine goes down: systemd ends them, and waits 90 s for one
# that does not mind SIGTERM. As long as Docker itself waits is enough.
reboot_time() {
    install -d /etc/systemd/system.conf.d
    printf '[Manager]\nDefaultTimeoutStopSec=10s\n' >/etc/systemd/system.conf.d/60-deploykit.conf
}

# HAProxy reads a folder that the deploy user writes, and the deploy user may ask the master process to reload.
edge_service() {
    cat >/etc/default/haproxy <<CONFIG
CONFIG=/var/lib/deploykit/edge/current
EXTRAOPTS="-S /run/haproxy-master.sock,mode,660,uid,0,gid,$(getent group haproxy | cut -d: -f3)"
CONFIG
    systemctl enable haproxy.service
}

# Readable by the group haproxy, which the deploy user is in, so that it can check a configuration that names it.
certificate() {
    install -d -o root -g haproxy -m 750 /etc/haproxy/certs
    install -o root -g haproxy -m 640 "$1" /etc/haproxy/certs/deploykit.pem
}

# What the edge answers before the first deploy: 503 to everything.
edge() {
    local root=/var/lib/deploykit
    install -d -o deploy -g haproxy -m 750 "$root" "$root/edge" "$root/edge/initial"
    cat >"$root/edge/initial/00-edge.cfg" <<'CONFIG'
global
    log /dev/log local0
    user haproxy
    group haproxy
    stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners user root group haproxy

defaults
    mode http
    log global
    option httplog
    timeout connect 300ms
    timeout client 60s
    timeout server 60s

frontend deploykit-initial
    bind :80
    http-request return status 503 content-type text/plain string "Nothing is deployed here yet.\n"
CONFIG
    chown deploy:haproxy "$root/edge/initial/00-edge.cfg"
    ln -sfn initial "$root/edge/current"
    chown -h deploy:haproxy "$root/edge/current"
}

# On a machine that runs, all of it takes effect now; in an image, when it boots.
take_effect() {
    [ -d /run/systemd/system ] || return 0
    systemctl daemon-reload
    sysctl --quiet --load /etc/sysctl.d/60-deploykit.conf
    systemctl restart deploykit-loopback-guard.service ssh.service docker.service haproxy.service
}

if [ "${1:-}" = --edge ]; then
    edge
    exit
fi
deploy_key=${1:?the file of the public key of the deploy user}
certificate_file=${2:?the file of the private key and certificate}
packages
deploy_user "$deploy_key"
ssh_server
docker_engine
reserved_ports
loopback_guard
reboot_time
certificate "$certificate_file"
edge_service
edge
take_effect
