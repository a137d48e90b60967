extension EdgeScript {
    /// Changes what is in an environment's map beside its routes: a canary's share, maintenance.
    ///
    /// The files change by one rename, then the running map by one transaction; no route moves. Prints `amended`.
    ///
    /// - `$3`: the scope.
    /// - `$4`: the slot that has to be up; empty for none.
    /// - `$5`: the slot in whose backends the other may answer afterwards; empty for none.
    /// - `$6`: the variable that holds the environment's structure.
    /// - `$7`: the structure.
    /// - `$8`…: a name and a number of bytes of each file on the standard input.
    static let amend = EdgeScript(
        name: "amend",
        text: #"""
            scope=$1 slot=$2 armed=$3 variable=$4 structure=$5
            shift 5
            locked
            begin "$variable" "$structure"
            if [ -n "$slot" ]; then
                down=$(printf '%s\n' "$state" | not_up "$scope" "$slot")
                [ -z "$down" ] || fail 84 "$down"
            fi
            stage 'json map cfg' "$@"
            content=$(cat "$next/$scope.map")
            [ -z "$content" ] || tell "add map @$version $map <<
            $content
            "
            ready=$(printf '%s\n' "$state" | arm "$scope" "$armed" ready)
            after=$(printf '%s\n' "$state" | arm "$scope" "$armed" maint)
            [ -z "$ready" ] || tell "${ready%;}"
            swap
            said=$(ask "$worker" "commit map @$version $map;show map $map") || said=
            said=$(printf '%s\n' "$said" | sed -n 's/^0x[0-9a-f]* //p' | LC_ALL=C sort)
            [ "$said" = "$(LC_ALL=C sort "$map")" ] || fail 87 "the running map is not the new one: $said"
            [ -z "$after" ] || tell "${after%;}"
            tidy
            echo amended
            """#
    )
}
