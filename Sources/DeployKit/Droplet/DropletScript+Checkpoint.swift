extension DropletScript {
    /// Dumps the database, proves that the dump can be read, and keeps the last few; prints its path and its size.
    ///
    /// Exits with 71 when the disk has no room for it.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`, `$3`: the Compose project of the stores, and the store.
    /// - `$4`: the release.
    /// - `$5`: how many dumps are kept.
    /// - `$6`: how many bytes of the disk stay free.
    /// - `$7`: what asks in the container how big the database is.
    /// - `$8`: what dumps it there.
    /// - `$9`: how long the dump may wait for a lock, in milliseconds.
    /// - standard input: ``restore``, which is put beside it.
    static let checkpoint = DropletScript(
        name: "checkpoint",
        text: findStore + #"""
            folder=$1/checkpoints
            umask 077
            mkdir -p "$folder"
            find "$folder" -name '.new-*' -mmin +60 -exec rm -rf {} +
            new=$(mktemp -d "$folder/.new-XXXXXX")
            trap 'rm -rf "$new"' EXIT
            cat >"$new/restore"
            find_store "$2" "$3"
            size=$(docker exec "$container" sh -euc "$7" sh)
            free=$(df -B1 --output=avail "$folder" | tail -n 1)
            if [ "$free" -lt $((size + $6)) ]; then
                echo "the database has $size bytes, and only $free are free on the disk" >&2
                exit 71
            fi
            docker exec "$container" sh -euc "$8" sh "$9" >"$new/dump"
            docker exec -i "$container" pg_restore --list <"$new/dump" >"$new/list"
            {
                echo '#!/bin/sh'
                echo "# Restores the database of $3 as it was before release $4."
                echo 'set -eu'
                printf 'project=%s store=%s\n' "$2" "$3"
                cat "$new/restore"
            } >"$new/script"
            chmod 0700 "$new/script"
            name=$(date -u +%Y%m%dT%H%M%SZ)-$4
            sync "$new/dump" "$new/script"
            mv -T "$new/dump" "$folder/$name.dump"
            mv -T "$new/script" "$folder/$name.restore"
            sync "$folder"
            # Their names begin with their time, so the oldest come first.
            count=0
            for old in "$folder"/*.restore; do count=$((count + 1)); done
            for old in "$folder"/*.restore; do
                [ "$count" -gt "$5" ] || break
                rm -f "$old" "${old%.restore}.dump"
                count=$((count - 1))
            done
            echo "$folder/$name $(stat -c %s "$folder/$name.dump")"
            """#
    )

    /// The file beside a dump that restores it; `$project` and `$store` are set above it.
    ///
    /// The dump becomes a new database, which takes the place of the other one only once all of it is there; the other
    /// one stays under another name.
    ///
    /// - `$1`: another database to restore it into, which takes nobody's place; made where it is missing.
    static let restore = DropletScript(
        name: "restore",
        text: #"""
            dump=${0%.restore}.dump
            container=$(docker ps -q --filter "label=com.docker.compose.project=${project:?}" \
                --filter "label=com.docker.compose.service=${store:?}" | head -n 1)
            [ -n "$container" ] || {
                echo "the store $store does not run" >&2
                exit 1
            }
            # shellcheck disable=SC2016 # the container's variables
            docker exec -i "$container" sh -euc '
            \#(login)
                target=${1:-$database-restored}
                query() { psql -XqAt -v ON_ERROR_STOP=1 -U "$user" -d template1 "$@"; }
                [ -n "$1" ] || dropdb --if-exists --force -U "$user" "$target"
                createdb -U "$user" -T template0 "$target"
                pg_restore --exit-on-error --no-owner -U "$user" -d "$target"
                if [ -n "$1" ]; then
                    echo "restored into the database $target"
                    exit 0
                fi
                former=$database-before-$(date -u +%Y%m%dT%H%M%SZ)
                query -v database="$database" -v target="$target" -v former="$former" <<END
            ALTER DATABASE :"database" ALLOW_CONNECTIONS false;
            SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity WHERE datname = :'\''database'\'' \gset
            ALTER DATABASE :"database" RENAME TO :"former";
            ALTER DATABASE :"target" RENAME TO :"database";
            ALTER DATABASE :"former" ALLOW_CONNECTIONS true;
            END
                echo "restored; the database as it was until now is $former"
            ' sh "${1:-}" <"$dump"
            """#
    )
}
