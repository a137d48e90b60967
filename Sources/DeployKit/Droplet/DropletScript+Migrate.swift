extension DropletScript {
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
}
