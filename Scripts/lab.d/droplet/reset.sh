#!/usr/bin/env bash
# Empties a droplet of the lab: reset.sh IMAGE... keeps these images, and removes whatever else a deploy left behind.
set -euo pipefail

# Whoever holds a lease or is still running a command for a deploy.
pkill -KILL -u deploy || true

systemctl start docker
docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
docker volume ls --quiet | xargs -r docker volume rm --force >/dev/null
docker network ls --quiet --filter type=custom | xargs -r docker network rm >/dev/null
kept=$(docker image inspect --format '{{.Id}}' "$@")
docker images --all --quiet --no-trunc | sort -u | grep -vxF "$kept" | xargs -r docker rmi --force >/dev/null 2>&1 || true
docker images --format '{{.Repository}}:{{.Tag}}' | grep -vxF "$(printf '%s\n' "$@")" | xargs -r docker rmi >/dev/null || true

# Tests reset a droplet more often than systemd lets a service start.
systemctl reset-failed haproxy 2>/dev/null || true
# The edge's initial configuration is written again by droplet-setup.sh --edge.
find /var/lib/deploykit -mindepth 1 -delete
find /home/deploy -mindepth 1 -maxdepth 1 ! -name .ssh ! -name '.bash*' ! -name .profile -exec rm -rf {} +

