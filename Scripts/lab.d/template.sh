# shellcheck shell=bash
# What every droplet starts from: an image of Debian 13 set up as a droplet, and Docker's data with the base images.
# shellcheck disable=SC2154  # $here and $cache come from Scripts/lab

readonly droplet_image=deploykit-lab/droplet

droplet_template() {
    alone template make_template
}

make_template() {
    certificates
    [ -f "$cache/deploy_key" ] || ssh-keygen -q -t ed25519 -N '' -C deploykit-lab -f "$cache/deploy_key"
    make_network
    make_droplet_image
    make_template_volume
}

make_network() {
    docker network inspect "$network" >/dev/null 2>&1 || docker network create --subnet "$subnet.0/24" \
        --ip-range "$subnet.128/25" "$network" >/dev/null || die "the network $subnet.0/24 could not be made"
}

# The image is built for this cache: it lets the cache's deploy key in, and has a certificate of its authority.
make_droplet_image() {
    local context=$cache/droplet-image
    rm -rf "$context"
    mkdir -p "$context"
    cp "$here"/droplet/* "$here/droplet-setup.sh" "$context"
    cp "$cache/deploy_key.pub" "$context/deploy.pub"
    cp "$cache/tls/edge.pem" "$cache/ca.pem" "$context"
    sed -i "s/^ARG REGISTRY=.*/ARG REGISTRY=$registry_address/" "$context/Dockerfile"
    image "$droplet_image" "$(key "$here/images/debian.sh" "$context")" 900 build "$context"
    rm -rf "$context"
}

template_volume() {
    local name
    for name in "${droplet_images[@]}"; do image_key "$name"; done | sha256sum | cut -c1-12 | sed 's/^/deploykit-lab-template-/'
}

# Docker's data folder with the base images in it, made once by a droplet's own Docker and copied for each droplet.
make_template_volume() {
    local volume container=deploykit-lab-template name
    volume=$(template_volume)
    docker volume inspect "$volume" >/dev/null 2>&1 && return 0
    docker rm --force --volumes "$container" >/dev/null 2>&1 || true
    docker volume rm --force "$volume-part" >/dev/null
    run_droplet "$container" template none "$volume-part" "$container-containerd"
    docker start "$container" >/dev/null
    within 90 docker exec "$container" docker version ||
        die "the Docker of a new droplet does not start. Look at: docker exec $container journalctl -u docker"
    for name in "${droplet_images[@]}"; do
        load_image "$container" "$name"
    done
    docker stop --time 30 "$container" >/dev/null
    docker rm --volumes "$container" >/dev/null
    docker volume rm --force "$container-containerd" >/dev/null
    copy_volume "$volume-part" "$volume"
    docker volume rm "$volume-part" >/dev/null
}

load_image() {
    local archive
    archive=$(image_archive "$2" "$(image_key "$2")")
    say "lab: image $2 for droplets"
    timeout 300 docker exec -i "$1" docker load --quiet <"$archive" >"$cache/logs/load.log" 2>&1 ||
        die "loading $2 into a droplet failed. Its log: $cache/logs/load.log"
}

# copy_volume FROM TO: the copy has no identity of the engine that wrote it, nor its networks.
copy_volume() {
    local from to
    from=$(docker volume inspect --format '{{.Mountpoint}}' "$1")
    docker volume create "$2" >/dev/null
    to=$(docker volume inspect --format '{{.Mountpoint}}' "$2")
    if ! cp -a "$from/." "$to/"; then
        docker volume rm --force "$2" >/dev/null
        die "copying the volume $1 to $2 failed"
    fi
    rm -rf "$to/engine-id" "$to/network"
}
