/// The POSIX shell scripts that change the edge or read it, each in one round trip.
///
/// HAProxy prints what went wrong and its client exits with 0 all the same, so every reply is looked at.
struct EdgeScript: Sendable, Hashable {
    /// What it is called, in tests.
    let name: String
    /// The text, for `sh` under `set -eu`; it holds no values.
    let text: String

    /// All of them, so that a test can check each.
    static let all: [EdgeScript] = [read, configure, cutOver, amend, drain]

    /// Makes a script of what all share and its own text.
    init(name: String, text: String) {
        self.name = name
        self.text = Self.prelude + "\n" + text
    }

    /// How a script ends when it did not do what it should, and nothing was changed unless said.
    enum Failure: Int, Sendable, CaseIterable {
        /// Another run held the edge's lock for too long.
        case busy = 80
        /// Another environment changed meanwhile: read again and try again.
        case changed = 81
        /// `haproxy -c` refuses the configuration.
        case invalid = 82
        /// The reload failed; the former worker goes on with the former configuration.
        case reload = 83
        /// A server of the slot is not up.
        case notUp = 84
        /// The edge was not told of the slot's servers yet.
        case notConfigured = 85
        /// HAProxy refused a command on its socket.
        case refused = 86
        /// The routes did not all move; the change is on disk.
        case incomplete = 87
    }

    /// What the scripts share.
    ///
    /// - `$1`: the edge's folder.
    /// - `$2`: the socket of the worker.
    private static let prelude = #"""
        PATH=$PATH:/usr/sbin:/sbin
        root=$1 worker=$2
        shift 2
        fail() {
            status=$1
            shift
            printf '%s\n' "$@" >&2
            exit "$status"
        }
        ask() { printf '%s\n' "$2" | socat -t 30 - "UNIX-CONNECT:$1"; }
        # Runs commands on the worker that answer nothing when they succeed.
        tell() {
            reply=$(ask "$worker" "$1")
            case $reply in
                *[![:space:]]*) fail 86 "HAProxy refused: $reply" ;;
            esac
        }
        locked() {
            exec 9>>"$root/lock"
            flock -w 30 9 || fail 80 "another run holds the edge's lock"
            cd "$root"
        }
        # Begins a transaction of $scope's map, where variable $1 says structure $2: sets map, state and version.
        begin() {
            map=$root/current/$scope.map
            state=$(ask "$worker" "show stat -1 4 -1;get var $1;prepare map $map")
            case $state in
                *"$1: type=str value=<$2>"*) ;;
                *) fail 85 "the edge was not told of this release's servers" ;;
            esac
            version=${state##*New version created: }
            [ "$version" != "$state" ] || fail 86 "HAProxy has no map $map"
        }
        # Stages a copy of the files of some kinds that are in place, and the files that come on the standard input:
        # the arguments are the kinds, then a name and a number of bytes for each file.
        stage() {
            rm -rf config.new-*
            next=config.new-$$
            mkdir "$next"
            copied=
            for kind in $1; do copied="$copied current/*.$kind"; done
            # shellcheck disable=SC2086 # patterns without white space
            cp -p $copied "$next/" 2>/dev/null || :
            shift
            staged=
            sizes=
            while [ $# -gt 0 ]; do
                head -c "$2" >"$next/$1"
                staged="$staged $next/$1"
                sizes="$sizes$2 "
                shift 2
            done
            # shellcheck disable=SC2086 # names without white space
            [ "$(stat --printf '%s ' $staged)" = "$sizes" ] || fail 1 "the input ended too early"
        }
        # Puts the staged folder in place, by one rename.
        swap() {
            sync "$next" "$next"/*
            final=config.$(date +%s%N)
            mv -T "$next" "$final"
            ln -sfn "$final" current.new
            mv -T current.new current
            sync "$root"
        }
        tidy() {
            inPlace=$(readlink current)
            for folder in config.*; do
                [ "$folder" = "$inPlace" ] || rm -rf "$folder"
            done
        }
        # The servers of slot $2 of scope $1 that are not up, a line each.
        not_up() {
            awk -F , -v scope="$1" -v slot="$2" '{
                if (split($1, name, ":") != 3 || name[1] != scope || name[2] != slot || $21 != 0) next
                servers++
                if ($18 !~ /^UP/ || $37 !~ /L[467]OK/) print name[3] " (" $2 ") is " $18 ", last check " $37 " " $38
            } END { if (!servers) print "slot " slot " has no servers" }'
        }
        # The commands, with semicolons after them, that let the other slot stand by in the backends of slot $2 of
        # scope $1, and nowhere else. With $3, only those that let it in (ready) or keep it out (maint), or only those
        # in the backends of a slot (blue), or only those that are not (!blue).
        arm() {
            awk -F , -v scope="$1" -v armed="$2" -v only="${3:-}" '{
                split($1, name, ":")
                if (name[1] != scope || $21 != 1 || $2 ~ /-hold$/) next
                if ((name[2] == armed) == ($18 !~ /^MAINT/)) next
                state = name[2] == armed ? "ready" : "maint"
                if (only == "maint" || only == "ready" ? state != only : only ~ /^!/ ? only == "!" name[2] : only != "" && only != name[2]) next
                printf "set server %s/%s state %s;", $1, $2, state
            }'
        }
        """#
}

extension EdgeScript {
    /// Reads what is configured and what the running edge says of it; what does not answer leaves its part empty.
    ///
    /// - `$3`: the socket of the master.
    static let read = EdgeScript(
        name: "read",
        text: #"""
            master=$1
            part() { printf '\n== %s\n' "$1"; }
            [ "$(find /etc/haproxy/certs -name '*.pem' 2>/dev/null | head -c 1)" = '' ] || part certificates
            [ ! -e '\#(EdgeConfiguration.clientAuthority)' ] || part client-authority
            command='show stat -1 4 -1;get var proc.edge'
            for file in "$root"/current/*.json; do
                [ -e "$file" ] || continue
                scope=${file##*/}
                scope=${scope%.json}
                part "environment $scope $(sha256sum <"$file" | cut -c 1-64)"
                cat "$file"
                part "map $scope"
                cat "$root/current/$scope.map" || :
                command="$command;show map $root/current/$scope.map"
            done
            part processes
            ask "$master" 'show proc' || :
            part running
            ask "$worker" "$command" | awk -F , -v OFS=, '
                NF < 62 { print; next }
                { print $1, $2, $5, $18, $21, $37, $38, $39, $14, $15, $40, $41, $42, $43, $44, $45, $61 }' || :
            """#
    )

    /// Waits until the servers of a slot answer nothing any more, and closes what is left at the limit.
    ///
    /// Prints `closed N`.
    ///
    /// - `$3`: the socket of the master.
    /// - `$4`: the scope.
    /// - `$5`: the slot.
    /// - `$6`: the limit in milliseconds.
    static let drain = EdgeScript(
        name: "drain",
        text: #"""
            master=$1 scope=$2 slot=$3 limit=$4
            now() { date +%s%3N; }
            end=$(($(now) + limit))
            # A line for each server that is at work: worker, server, sessions. A former worker keeps its tunnels.
            sessions() {
                {
                    echo '= -'
                    ask "$worker" 'show stat -1 4 -1'
                    ask "$master" 'show proc' | awk '/^# old/ { old = 1; next } /^#/ { old = 0 } old && $2 == "worker" { print $1 }' |
                        while read -r process; do
                            echo "= $process"
                            ask "$master" "@!$process show stat -1 4 -1"
                        done
                } | awk -F , -v scope="$scope" -v slot="$slot" '/^= / { process = substr($0, 3); next } {
                    split($1, name, ":")
                    split($2, server, "-")
                    if (name[1] == scope && server[1] == slot && $5 > 0) print process, $1 "/" $2, $5
                }'
            }
            idle=0
            while :; do
                open=$(sessions)
                if [ -z "$open" ]; then
                    idle=$((idle + 1))
                    # Once may be between two requests of one connection.
                    [ "$idle" -lt 2 ] || break
                    sleep 0.01
                    continue
                fi
                idle=0
                [ "$(now)" -lt "$end" ] || break
                sleep 0.1
            done
            printf '%s\n' "$open" | while read -r process server _; do
                case $process in
                    '') ;;
                    -) ask "$worker" "shutdown sessions server $server" ;;
                    *)
                        # To a former worker its servers are disabled: there each session is closed by itself.
                        ask "$master" "@!$process show sess" | awk -v process="$process" -v server="$server" '{
                            split($0, half, " be=")
                            split(half[2], word, " ")
                            sub(/^srv=/, "", word[2])
                            sub(/:$/, "", $1)
                            if (word[1] "/" word[2] == server) print "@!" process " shutdown session " $1
                        }' | while read -r command; do ask "$master" "$command"; done
                        ;;
                esac
            done >/dev/null
            printf '%s\n' "$open" | awk '{ closed += $3 } END { print "closed", closed + 0 }'
            """#
    )
}
