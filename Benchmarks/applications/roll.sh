#!/usr/bin/env bash
# Rolls services by hand, as without any tool: starts the second beside the first, waits until it is healthy and the
# proxy has taken it in, stops the first; one service after the other. Runs on the droplet, in its folder.
#
# Usage: VERSION=... roll.sh PLACE SERVICE...    PLACE is a or b: where the new ones go
set -euo pipefail
cd "$(dirname "$0")"

place=$1
shift
if [ "$place" = a ]; then other=b tens=1; else other=a tens=2; fi
export SITE_PORT=81${tens}0 SAAS_PORT=81${tens}1 API_PORT=81${tens}2
if [ -e whole.yaml ]; then
    files=(-f compose.yaml -f whole.yaml -f rolling.yaml)
else
    export PORT=127.0.0.1:$SITE_PORT
    files=(-f single.yaml)
fi

is_up() {
    echo 'show stat' | socat - UNIX-CONNECT:rolling.sock |
        awk -F , -v service="$1" -v place="$place" '$1 == service && $2 == place { print $18 }' | grep -q '^UP$'
}

for service in "$@"; do
    docker compose -p "bench-$place" "${files[@]}" up -d --no-deps --wait "$service"
    until is_up "$service"; do sleep 0.05; done
    docker compose -p "bench-$other" "${files[@]}" rm --stop --force "$service"
done
