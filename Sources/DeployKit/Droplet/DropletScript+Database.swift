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
        # The psql that Debian puts first is a Perl program that looks for the real one, which takes as long as all else.
        for folder in /usr/lib/postgresql/*/bin; do
            if [ -d "$folder" ]; then PATH=$folder:$PATH; fi
        done

        """#

    /// Finds the container of a store: `find_store PROJECT SERVICE` sets `$container`.
    static let findStore = #"""
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
