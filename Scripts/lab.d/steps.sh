# shellcheck shell=bash
# How the lab runs its steps: each bounded in time, logged, and done once for the same inputs.
# shellcheck disable=SC2154  # $here and $cache come from Scripts/lab

say() { printf '%s\n' "$*" >&2; }

die() {
    say "Scripts/lab: $*"
    exit 1
}

# step NAME SECONDS COMMAND...: runs a program with its output in a log of its own; on failure says where that is.
step() {
    local name=$1 seconds=$2 log started=$SECONDS
    shift 2
    log=$cache/logs/$(tr -cs 'a-zA-Z0-9\n' - <<<"$name").log
    say "lab: $name"
    if timeout --kill-after=10 "$seconds" "$@" >"$log" 2>&1 </dev/null; then
        if [ $((SECONDS - started)) -ge 2 ]; then say "lab: $name: $((SECONDS - started)) s"; fi
        return 0
    fi
    tail -n 15 "$log" >&2
    die "'$name' failed, or took more than $seconds s. Its log: $log"
}

# within SECONDS COMMAND...: polls until the command succeeds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

# key PATH...: a short name for the content of files and folders.
key() {
    find "$@" -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-12
}

# alone NAME COMMAND...: runs the command while nobody else on this machine runs one under the same name.
alone() {
    local lock=$cache/$1.lock
    shift
    (
        flock -w 1800 9 || die "$lock is held by another Scripts/lab for more than 30 minutes"
        "$@" 9>&-
    ) 9>"$lock"
}
