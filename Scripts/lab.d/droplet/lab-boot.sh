#!/bin/sh
# What a container lacks that a machine has: writable control groups and kernel settings, and a host key.
set -eu
mount -o remount,bind,rw /proc/sys
mount | awk '$3 ~ "^/sys/fs/cgroup" { print $3 }' | while read -r point; do mount -o remount,bind,rw "$point"; done
sysctl --quiet --system || sysctl -w net.ipv4.ip_local_reserved_ports=20000-29999
ssh-keygen -A
