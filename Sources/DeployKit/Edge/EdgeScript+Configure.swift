extension EdgeScript {
    /// Puts a complete configuration in place, checked before it counts, and reloads where the servers differ.
    ///
    /// Prints `reloaded` or `unchanged`. No route moves: the maps stay as they are.
    ///
    /// - `$3`: the socket of the master.
    /// - `$4`: the scope of the environment that is configured.
    /// - `$5`: the structure that the running edge should have.
    /// - `$6`: the slot in whose backends the standby is armed; empty for none.
    /// - `$7`: what was known of the other environments, a line each: a digest, two spaces and the file's name.
    /// - `$8`…: a name and a number of bytes of each file on the standard input.
    static let configure = EdgeScript(
        name: "configure",
        text: #"""
            master=$1 scope=$2 structure=$3 armed=$4 others=$5
            shift 5
            locked
            found=$(cd current 2>/dev/null && find . -name '*.json' ! -name "$scope.json" -printf '%P\n' |
                LC_ALL=C sort | xargs -r sha256sum)
            [ "$found" = "$others" ] || fail 81 "another environment changed meanwhile"
            stage 'json map' "$@"
            for file in "$next"/*.json "$next"/*.map; do
                environment=${file##*/}
                [ -e "$next/50-${environment%.*}.cfg" ] || rm -f "$file"
            done
            for file in "$next"/50-*.cfg; do
                environment=${file##*/50-}
                [ ! -e "$file" ] || touch "$next/${environment%.cfg}.map"
            done
            state=$(ask "$worker" 'show stat -1 4 -1;get var proc.edge') || state=
            isLoaded=
            case $state in
                *"proc.edge: type=str value=<$structure>"*) isLoaded=yes ;;
            esac
            # What is loaded was checked then, and differs at most in who stands by.
            if [ -z "$isLoaded" ] && ! said=$(haproxy -c -q -f "$next" 2>&1); then
                rm -rf "$next"
                fail 82 "$said"
            fi
            if [ -n "$isLoaded" ]; then
                commands=$(printf '%s\n' "$state" | arm "$scope" "$armed")
                swap
                [ -z "$commands" ] || tell "${commands%;}"
                echo unchanged
            else
                # The former worker must not answer from a slot that is about to get a release of its own.
                commands=$(printf '%s\n' "$state" | arm "$scope" "$armed" maint)
                [ -z "$commands" ] || tell "${commands%;}"
                former=$(readlink current || :)
                swap
                said=$(ask "$master" reload) || said="the master did not answer"
                case $said in
                    *Success=1*) ;;
                    *)
                        if [ -n "$former" ]; then
                            ln -sfn "$former" current.new
                            mv -T current.new current
                            rm -rf "$final"
                        fi
                        fail 83 "$said"
                        ;;
                esac
                echo reloaded
            fi
            tidy
            """#
    )

    /// Moves all routes of an environment to a slot, by one transaction of the running edge's map.
    ///
    /// What can be refused is asked first; then the files change, by one rename, so that a restart comes up the same;
    /// then the routes move. Prints `moved BEFORE AFTER`, in nanoseconds.
    ///
    /// - `$3`: the scope.
    /// - `$4`: the slot.
    /// - `$5`: the slot in whose backends the standby is armed afterwards; empty for none.
    /// - `$6`: the variable that holds the environment's structure.
    /// - `$7`: the structure.
    /// - `$8`…: a name and a number of bytes of each file on the standard input.
    static let cutOver = EdgeScript(
        name: "cutOver",
        text: #"""
            scope=$1 slot=$2 armed=$3 variable=$4 structure=$5
            shift 5
            locked
            begin "$variable" "$structure"
            down=$(printf '%s\n' "$state" | not_up "$scope" "$slot")
            [ -z "$down" ] || fail 84 "$down"
            stage 'json map cfg' "$@"
            tell "add map @$version $map <<
            $(cat "$next/$scope.map")
            "
            ready=$(printf '%s\n' "$state" | arm "$scope" "$armed" "$slot")
            after=$(printf '%s\n' "$state" | arm "$scope" "$armed" "!$slot")
            [ -z "$ready" ] || tell "${ready%;}"
            swap
            before=$(date +%s%N)
            said=$(ask "$worker" "commit map @$version $map;show map $map") || said=
            moved=$(date +%s%N)
            said=$(printf '%s\n' "$said" | sed -n 's/^0x[0-9a-f]* //p' | LC_ALL=C sort)
            [ "$said" = "$(LC_ALL=C sort "$map")" ] || fail 87 "the running map is not the new one: $said"
            [ -z "$after" ] || tell "${after%;}"
            tidy
            echo "moved $before $moved"
            """#
    )
}
