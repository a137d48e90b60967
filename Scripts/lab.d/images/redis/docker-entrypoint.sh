#!/usr/bin/env bash
# Runs Redis as redis, and open to other containers, as the official image does.
set -euo pipefail

if [ "${1:0:1}" = - ] || [ "${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" != redis-server ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis:redis '{}' +
    exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi

case "$*" in
*protected-mode*) ;;
*) set -- "$@" --protected-mode no ;;
esac
exec "$@"
