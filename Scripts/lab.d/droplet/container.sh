#!/bin/sh
# What only a droplet that is a container needs, and a real one does not.
#
# Usage: container.sh REGISTRY    the address of the lab's registry, whose authority is in /root/ca.pem
set -eu

install -D -m 644 /root/ca.pem "/etc/docker/certs.d/$1/ca.crt"

# Docker mounts these read-only into a container that is not privileged; the droplet's own Docker writes to them.
cat >/usr/local/sbin/lab-remount <<'SCRIPT'
#!/bin/sh
# Makes the control groups and /proc/sys writable.
awk '$2 ~ "^/sys/fs/cgroup" || $2 == "/proc/sys" { print $2 }' /proc/mounts | while read -r path; do
    mount -o remount,bind,rw "$path"
done
SCRIPT
chmod 755 /usr/local/sbin/lab-remount

cat >/etc/systemd/system/lab-remount.service <<'UNIT'
[Unit]
Description=Make the control groups and /proc/sys writable
DefaultDependencies=no
Before=sysinit.target systemd-sysctl.service containerd.service docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-remount

[Install]
WantedBy=sysinit.target
UNIT
systemctl enable lab-remount.service

# Tests log in with wrong keys on purpose, and everything comes from one address.
mkdir -p /etc/ssh/sshd_config.d
echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/90-lab.conf

# The lab's registry is a container of this image; no droplet runs one.
cat >/etc/docker/registry/config.yml <<'CONFIG'
version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: /var/lib/docker-registry
http:
  addr: :5000
CONFIG

# Units that have nothing to do in a container.
systemctl mask docker-registry.service systemd-udevd.service systemd-logind.service systemd-modules-load.service systemd-resolved.service \
    systemd-networkd-wait-online.service getty.target console-getty.service apt-daily.timer apt-daily-upgrade.timer \
    e2scrub_all.timer fstrim.timer
systemctl set-default multi-user.target
rm -f /etc/machine-id
touch /etc/machine-id
rm -f /usr/sbin/policy-rc.d
