#!/bin/sh
# What a droplet needs before its first deploy, once Debian 13 has these packages:
#   docker.io docker-cli docker-compose docker-registry haproxy socat openssh-server iptables
# Run as root. The command doctor checks what can be checked without being root.
set -eu

# The deploy user: a key and nothing else. It runs containers and speaks with the edge.
id deploy >/dev/null 2>&1 || useradd --create-home --shell /bin/bash deploy
usermod --append --groups docker,haproxy deploy
passwd --lock deploy >/dev/null

# Docker: containers outlive a restart of its daemon, a published port does not pass through a process of
# its own (which loses requests when a container dies), and logs do not fill the disk.
mkdir -p /etc/docker
cat >/etc/docker/daemon.json <<'JSON'
{
  "userland-proxy": false,
  "live-restore": true,
  "log-driver": "local"
}
JSON

# The ports of the slots are never taken for outgoing connections.
echo 'net.ipv4.ip_local_reserved_ports = 20000-29999' >/etc/sysctl.d/60-deploykit.conf

# Without a userland proxy the kernel routes 127/8 on Docker's bridges: nobody but this host may use that.
cat >/etc/systemd/system/deploykit-loopback.service <<'UNIT'
[Unit]
Description=Keep packets for 127/8 that do not come from this host out
Before=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables -t raw -I PREROUTING ! -i lo -d 127.0.0.0/8 -j DROP

[Install]
WantedBy=multi-user.target
UNIT
systemctl enable deploykit-loopback

# SSH: keys only; a connection whose network is gone ends after 15 seconds, and the lease with it.
cat >/etc/ssh/sshd_config.d/60-deploykit.conf <<'CONF'
PasswordAuthentication no
PermitRootLogin prohibit-password
ClientAliveInterval 5
ClientAliveCountMax 3
CONF

# The registry through which images come over SSH: on loopback only, for the deploy user alone has a way there.
cat >/etc/docker/registry/config.yml <<'CONF'
version: 0.1
storage:
  delete:
    enabled: true
  filesystem:
    rootdirectory: /var/lib/docker-registry
http:
  addr: 127.0.0.1:5000
CONF

# The edge reads the folder that DeployKit keeps; the group haproxy speaks with its sockets.
install -d -m 0755 -o deploy -g haproxy /var/lib/deploykit /var/lib/deploykit/edge /var/lib/deploykit/edge/initial
install -d -m 0750 -o root -g haproxy /etc/haproxy/certs
install -m 0644 -o deploy -g haproxy /usr/local/share/deploykit/00-edge.cfg /var/lib/deploykit/edge/initial/
ln -sfn initial /var/lib/deploykit/edge/current
cat >/etc/default/haproxy <<'CONF'
CONFIG="/var/lib/deploykit/edge/current"
EXTRAOPTS="-S /run/haproxy-master.sock,mode,660,group,haproxy"
CONF

systemctl enable docker haproxy docker-registry ssh
