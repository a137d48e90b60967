extension DropletScript {
    /// Runs `psql`, in the container of PostgreSQL, as its own variables say who and where.
    ///
    /// What it is told is read to its end first: a file of which a lost connection cut off the end must not begin, for a
    /// statement without its `WHERE` is another statement.
    ///
    /// - `$1`: how many bytes come on the standard input; `-` hands them on as they come.
    /// - `$2`: options of the session, as `PGOPTIONS`.
    /// - `$3`: the session's name, as `PGAPPNAME`.
    static let psql = DropletScript(
        name: "psql",
        text: login + #"""
            export PGOPTIONS="$2" PGAPPNAME="$3" PGCONNECT_TIMEOUT=5
            if [ "$1" = - ]; then
                exec psql -XqAt -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f -
            fi
            file=$(mktemp)
            trap 'rm -f "$file"' EXIT
            head -c "$1" >"$file"
            if [ "$(wc -c <"$file")" -ne "$1" ]; then
                echo 'the input ended early: nothing was run' >&2
                exit 1
            fi
            psql -XqAt -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$file"
            """#)

    /// Who PostgreSQL's container says that its user is, and its database.
    static let login = #"""
        user=${POSTGRES_USER:-postgres}
        database=${POSTGRES_DB:-$user}
        PGPASSWORD=${POSTGRES_PASSWORD:-}
        if [ -z "$PGPASSWORD" ] && [ -r "${POSTGRES_PASSWORD_FILE:-}" ]; then
            PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
        fi
        export PGPASSWORD
        # Debian's own psql is a Perl program that looks for the real one, which takes as long as all the rest.
        for folder in /usr/lib/postgresql/*/bin; do
            if [ -d "$folder" ]; then PATH=$folder:$PATH; fi
        done

        """#

    /// Finds the container of a store: `find_store PROJECT SERVICE` sets `$container`.
    private static let findStore = #"""
        find_store() {
            container=$(docker ps -q --filter "label=com.docker.compose.project=$1" \
                --filter "label=com.docker.compose.service=$2" --filter 'label=com.docker.compose.oneoff=False' |
                head -n 1)
            if [ -z "$container" ]; then
                echo "the store $2 does not run" >&2
                exit 1
            fi
        }

        """#

    /// Remembers the migrations that are about to run, whatever becomes of them: `remember DIRECTORY FILE`.
    private static let remembering = #"""
        remember() {
            records=$1/migrations.jsonl
            # A line that a crash cut off stays alone on its line.
            if [ -s "$records" ] && [ -n "$(tail -c 1 "$records")" ]; then echo >>"$records"; fi
            cat "$2" >>"$records"
            sync "$records"
        }

        """#

    /// Sends migrations to the store's `psql`; prints what it prints, its errors in their place.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`, `$3`: the Compose project of the stores, and the store.
    /// - `$4`: the release.
    /// - `$5`, `$6`: how many bytes of records and of statements come on the standard input, in this order.
    /// - `$7`, `$8`: the options and the name of the session.
    /// - `$9`: what runs in the container.
    static let migrate = DropletScript(
        name: "migrate",
        text: findStore + remembering + #"""
            umask 027
            work=$(mktemp -d)
            trap 'rm -rf "$work"' EXIT
            head -c "$5" >"$work/records"
            head -c "$6" >"$work/statements"
            find_store "$2" "$3"
            remember "$1" "$work/records"
            docker exec -i "$container" sh -euc "$9" sh "$6" "$7" "$8" <"$work/statements" 2>&1
            """#
    )

    /// Keeps what the migrations of a release printed, without its secrets, and that of the last 20 releases in all.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the release.
    /// - standard input: what they printed.
    static let keepMigrationOutput = DropletScript(
        name: "keepMigrationOutput",
        text: #"""
            umask 027
            folder=$1/migrations
            mkdir -p "$folder"
            {
                date -u +'%Y-%m-%dT%H:%M:%SZ'
                cat
            } >>"$folder/$2.log"
            # shellcheck disable=SC2012 # names of releases hold no newline
            ls -t "$folder" | tail -n +21 | while read -r old; do rm -f "$folder/$old"; done
            """#
    )

    /// Lets a container of the release run the migrations, while a session of ours keeps others out.
    ///
    /// - `$1`…`$9`: as ``migrate``; the statements take the lock and say `deploykit: pending N`. Then come the
    ///   statements, as many bytes as `$10` says, that ask what was applied, and end with `deploykit: end`.
    /// - `$11`, `$12`: the slot and its Compose project.
    /// - `$13`: the service.
    /// - `$14`…: the command.
    static let migrateByCommand = DropletScript(
        name: "migrateByCommand",
        text: attach + findStore + remembering + #"""
            dir=$1 stores=$2 store=$3 release=$4 options=$7 application=$8 inside=$9
            umask 027
            work=$(mktemp -d)
            head -c "$5" >"$work/records"
            head -c "$6" >"$work/lock"
            shift 9
            head -c "$1" >"$work/question"
            slot=$2 project=$3 service=$4
            shift 4
            name=$project-migrate
            session=
            # The kernel ends the session with this process, and PostgreSQL frees the lock with the session.
            trap '[ -z "$session" ] || kill "$session" 2>/dev/null || :; rm -rf "$work"' EXIT
            find_store "$stores" "$store"
            mkfifo "$work/in" "$work/out"
            docker exec -i "$container" sh -euc "$inside" sh - "$options" "$application" \
                <"$work/in" >"$work/out" 2>"$work/errors" &
            session=$!
            exec 7>"$work/in" 6<"$work/out"
            # heard WORD: reads on to a line of ours with this word, and keeps its last word.
            heard() {
                while read -r line <&6; do
                    case $line in
                        "deploykit: $1"*)
                            answer=${line##* }
                            return 0
                            ;;
                        *) echo "$line" ;;
                    esac
                done
                cat "$work/errors"
                return 1
            }
            cat "$work/lock" >&7
            heard pending || exit 3
            if [ "$answer" = 0 ]; then
                echo 'deploykit: nothing pending'
                exit 0
            fi
            remember "$dir" "$work/records"

            cd "$dir/releases/$release"
            compose() {
                docker compose --progress quiet -p "$project" --project-directory . --env-file /dev/null \
                    -f "compose.$slot.json" "$@"
            }
            (
                # What an earlier run left, whose client is gone, is given up.
                docker rm -f "$name" >/dev/null 2>&1 || :
                # shellcheck disable=SC1091 # written by stage
                . ./env
                # shellcheck disable=SC1091 # written by stage
                . ./volumes
                if [ -s attachments ] && ! attached "$project" "$stores"; then
                    compose create --no-build --pull never --no-recreate "$service"
                    attach attachments "$project" "$stores"
                fi
            ) >"$work/preparing" 2>&1 || {
                cat "$work/preparing"
                exit 1
            }
            status=0
            (
                # shellcheck disable=SC1091 # written by stage
                . ./env
                compose run --rm --no-deps -T --name "$name" \
                    -e "PGOPTIONS=$options" -e "PGAPPNAME=$application" "$service" "$@" </dev/null 2>&1
            ) || status=$?
            cat "$work/question" >&7
            while read -r line <&6; do
                [ "$line" != 'deploykit: end' ] || break
                echo "$line"
            done
            exit "$status"
            """#
    )

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
                user=${POSTGRES_USER:-postgres}
                database=${POSTGRES_DB:-$user}
                PGPASSWORD=${POSTGRES_PASSWORD:-}
                if [ -z "$PGPASSWORD" ] && [ -r "${POSTGRES_PASSWORD_FILE:-}" ]; then
                    PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
                fi
                export PGPASSWORD
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

    /// Prints how big the database is, in bytes; runs in the container of PostgreSQL.
    static let databaseSize = DropletScript(
        name: "databaseSize",
        text: login + #"""
            psql -XqAt -v ON_ERROR_STOP=1 -U "$user" -d "$database" -c 'SELECT pg_database_size(current_database())'
            """#
    )

    /// Dumps the database to its standard output; runs in the container of PostgreSQL.
    ///
    /// - `$1`: how long it may wait for a lock, in milliseconds.
    static let databaseDump = DropletScript(
        name: "databaseDump",
        text: login + #"exec pg_dump --format custom --lock-wait-timeout "$1" -U "$user" "$database""#)
}
