extension DropletScript {
    /// Takes the lease and holds it until the standard input ends.
    ///
    /// Prints `ready TOKEN` once no command of a former owner can take effect any more, or `held` and the owner as JSON;
    /// before it waits, `waiting` and the owner. The kernel frees the lock when this process ends, for whatever reason.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: how long to wait for the lock, in seconds; 0 does not.
    /// - `$3`: the owner as JSON.
    static let takeLease = DropletScript(
        name: "takeLease",
        text: #"""
            dir=$1 patience=$2 owner=$3
            umask 027
            mkdir -p "$dir"
            exec 9>>"$dir/lease"
            holder() { cat "$dir/owner.json" 2>/dev/null || :; }
            await() {
                [ "$patience" != 0 ] || return
                echo "waiting $(holder)"
                flock -w "$patience" 9
            }
            # Whoever looks at the droplet touches the lock for a moment, so even the impatient wait that long.
            if ! flock -w 0.25 9 && ! await; then
                echo "held $(holder)"
                # Whoever asked hears it before this ends.
                while read -r _; do :; done
                exit 75
            fi
            token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
            printf '{"since":%s,"owner":%s}\n' "$(date +%s)" "$owner" >"$dir/owner.json.new"
            mv "$dir/owner.json.new" "$dir/owner.json"
            printf '%s\n' "$token" >"$dir/token.new"
            mv "$dir/token.new" "$dir/token"
            # Whoever passed the fence under the former token still holds `busy`; whoever comes now is refused.
            exec 8>>"$dir/busy"
            flock -x 8
            exec 8>&-
            echo "ready $token"
            while read -r _; do :; done
            rm -f "$dir/owner.json"
            """#
    )

    /// Runs a command under its owner's token, or refuses with status 75.
    ///
    /// The shared lock passes on to the command and to all that it starts, so that a straggler is seen as long as
    /// any part of it lives.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the owner's token.
    /// - `$3`…: the command.
    static let fence = DropletScript(
        name: "fence",
        text: #"""
            exec 8>>"$1/busy"
            flock -s 8
            token=
            read -r token <"$1/token" || :
            if [ "$token" != "$2" ]; then
                echo '\#(Fence.refusalMessage)' >&2
                exit \#(Fence.refusal)
            fi
            shift 2
            exec "$@"
            """#
    )
}
