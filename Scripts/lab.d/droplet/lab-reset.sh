#!/bin/sh
# Takes everything off a lab droplet but its base images, as if it had just been made.
set -eu
docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
docker network prune --force >/dev/null
docker volume ls --quiet | xargs -r docker volume rm --force >/dev/null
docker images --all --format '{{.Repository}}:{{.Tag}} {{.ID}}' | grep -vE '^(debian:trixie-slim|postgres:17|redis:8) ' |
    awk '{ print $2 }' | sort -u | xargs -r docker rmi --force >/dev/null 2>&1 || true
ln -sfn initial /var/lib/deploykit/edge/current
find /var/lib/deploykit -mindepth 1 -maxdepth 1 ! -name edge -exec rm -rf {} +
find /var/lib/deploykit/edge -mindepth 1 -maxdepth 1 ! -name initial ! -name current -exec rm -rf {} +
systemctl restart haproxy
systemctl stop docker-registry
rm -rf /var/lib/docker-registry/docker
systemctl start docker-registry
