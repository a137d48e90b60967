# shellcheck shell=bash
# Ways onto a droplet: its settings for DeployKit's commands, and commands as the deploy user or as root.
# shellcheck disable=SC2154  # $cache comes from Scripts/lab

droplet_env() {
    known "$@"
    printf 'export %s=%q\n' \
        DEPLOYKIT_HOST "$(address "$1")" \
        DEPLOYKIT_USER deploy \
        DEPLOYKIT_SSH_KEY_FILE "$cache/deploy_key" \
        DEPLOYKIT_KNOWN_HOSTS_FILE "$cache/known_hosts.$1" \
        DEPLOYKIT_CA_FILE "$cache/ca.pem"
    if registry_runs; then printf 'export DEPLOYKIT_REGISTRY_LAB=%q\n' "$registry_address"; fi
}

droplet_ssh() {
    local name=${1:-}
    known "$@"
    shift
    exec ssh -F none -i "$cache/deploy_key" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes \
        -o UserKnownHostsFile="$cache/known_hosts.$name" -o ConnectTimeout=5 "deploy@$(address "$name")" "$@"
}

droplet_root() {
    local name=${1:-}
    known "$@"
    shift
    exec docker exec -i "$(container "$name")" "$@"
}
