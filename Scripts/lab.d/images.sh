# shellcheck shell=bash disable=SC2154
# Images without a registry: a Debian root file system from its packages, and what is built on it.

droplet_image=deploykit-lab/droplet
base_images=(debian:trixie-slim postgres:17 redis:8)

build_base() {
    if docker image inspect debian:trixie-slim >/dev/null 2>&1; then return 0; fi
    if [ ! -e "$cache/trixie.tar" ]; then
        local root
        root=$(mktemp -d)
        debootstrap --variant=minbase trixie "$root" http://deb.debian.org/debian >"$cache/debootstrap.log" 2>&1 ||
            fail "debootstrap failed: see $cache/debootstrap.log"
        rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*
        tar -C "$root" -c . >"$cache/trixie.tar.new"
        mv "$cache/trixie.tar.new" "$cache/trixie.tar"
        rm -rf "$root"
    fi
    docker import --change 'CMD ["bash"]' "$cache/trixie.tar" debian:trixie-slim >/dev/null
}

# build_image TAG FOLDER: the engine's own cache makes this quick where nothing changed.
build_image() {
    local log
    log=$cache/build-$(basename "$2").log
    DOCKER_BUILDKIT=0 docker build --network host --tag "$1" "$2" >"$log" 2>&1 || fail "building $1 failed: see $log"
}

build_droplet_image() {
    build_base
    build_image "$droplet_image" "$here/droplet"
}

build_images() {
    build_base
    build_image postgres:17 "$here/postgres"
    build_image redis:8 "$here/redis"
    build_image rust:1-slim-trixie "$here/rust"
}

# The images that a real droplet would pull from Docker Hub, as one file for all droplets.
base_archive() {
    local key archive
    key=$(docker image inspect --format '{{.Id}}' "${base_images[@]}" | sha256sum | cut -c1-12)
    archive=$cache/base-$key.tar
    if [ ! -e "$archive" ]; then
        rm -f "$cache"/base-*.tar
        docker save --output "$archive.new" "${base_images[@]}"
        mv "$archive.new" "$archive"
    fi
    echo "$archive"
}
