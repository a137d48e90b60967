# shellcheck shell=bash
# A registry at an address of its own. It speaks TLS with a certificate of the lab's authority, which this machine and
# the droplets trust for this one address; so no engine has to be told to be insecure, or restarted.
# shellcheck disable=SC2154  # $cache and $subnet come from Scripts/lab

readonly registry_container=deploykit-lab-registry
readonly registry_address=$subnet.2:5000

registry() {
    case ${1:-} in
    up) registry_up ;;
    down) docker rm --force --volumes "$registry_container" >/dev/null ;;
    *) die "registry takes up or down" ;;
    esac
}

registry_runs() {
    [ "$(docker container inspect --format '{{.State.Running}}' "$registry_container" 2>/dev/null)" = true ]
}

registry_answers() { curl -sfo /dev/null --max-time 2 --cacert "$cache/ca.pem" "https://$registry_address/v2/"; }

registry_up() {
    prepare
    alone certificates certificate registry "IP:$subnet.2"
    alone registry make_registry
    within 30 registry_answers || die "the registry does not answer. Look at: docker logs $registry_container"
    echo "$registry_address"
}

make_registry() {
    install -D -m 644 "$cache/ca.pem" "/etc/docker/certs.d/$registry_address/ca.crt"
    if ! docker container inspect "$registry_container" >/dev/null 2>&1; then
        docker create --name "$registry_container" --network "$network" --ip "$subnet.2" --restart unless-stopped \
            --volume "$cache/tls:/tls:ro" --env REGISTRY_HTTP_ADDR=:5000 --env REGISTRY_HTTP_TLS_CERTIFICATE=/tls/registry.crt \
            --env REGISTRY_HTTP_TLS_KEY=/tls/registry.key "$droplet_image" \
            docker-registry serve /etc/docker/registry/config.yml >/dev/null
    fi
    docker start "$registry_container" >/dev/null
}
