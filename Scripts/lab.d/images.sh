# shellcheck shell=bash
# Base images from Debian's packages, which behave in a Compose file as the official ones of the same name do.
# shellcheck disable=SC2154  # $here and $cache come from Scripts/lab

# What a droplet could pull from Docker Hub, and so has from the start.
# shellcheck disable=SC2034  # template.sh and droplets.sh read it
readonly droplet_images=(debian:trixie-slim postgres:17 redis:8)
readonly debian_mirror=${DEPLOYKIT_LAB_MIRROR:-http://deb.debian.org/debian}

base_images() {
    alone images make_base_images
}

make_base_images() {
    local debian
    debian=$(key "$here/images/debian.sh")
    image debian:trixie-slim "$debian" 900 "$here/images/debian.sh" "$debian_mirror" "$cache"
    image postgres:17 "$debian-$(key "$here/images/postgres")" 600 build "$here/images/postgres"
    image redis:8 "$debian-$(key "$here/images/redis")" 600 build "$here/images/redis"
    image rust:1-slim-trixie "$debian-$(key "$here/images/rust")" 900 build "$here/images/rust"
}

image_key() { docker image inspect --format '{{index .Config.Labels "deploykit.lab.key"}}' "$1" 2>/dev/null; }
image_has_key() { [ "$(image_key "$1")" = "$2" ]; }

image_archive() { echo "$cache/images/$(tr ':/' '--' <<<"$1")-$2.tar"; }

# image NAME KEY SECONDS COMMAND...: has an image of this key on the engine: as it is there, from the cache, or by
# running `COMMAND... NAME KEY`.
image() {
    local name=$1 key=$2 seconds=$3 archive
    shift 3
    archive=$(image_archive "$name" "$key")
    image_has_key "$name" "$key" && [ -f "$archive" ] && return 0
    if ! image_has_key "$name" "$key" && [ -f "$archive" ]; then
        step "image $name from the cache" 300 docker load --input "$archive"
    elif ! image_has_key "$name" "$key"; then
        if [ "$1" = build ]; then
            step "image $name" "$seconds" env DOCKER_BUILDKIT=0 docker build --network host --force-rm --tag "$name" \
                --label "deploykit.lab.key=$key" "$2"
        else
            step "image $name" "$seconds" "$@" "$name" "$key"
        fi
    fi
    mkdir -p "$cache/images"
    if [ ! -f "$archive" ]; then
        step "keeping $name" 300 docker save --output "$archive.part" "$name"
        rm -f "$cache/images/$(tr ':/' '--' <<<"$name")"-*.tar
        mv "$archive.part" "$archive"
    fi
}
