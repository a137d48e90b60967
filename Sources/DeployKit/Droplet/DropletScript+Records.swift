extension DropletScript {
    /// Adds a record, with the droplet's time.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the record as JSON, in one line.
    static let record = DropletScript(
        name: "record",
        text: #"""
            umask 027
            records=$1/records.jsonl
            # A line that a crash cut off stays alone on its line.
            if [ -s "$records" ] && [ -n "$(tail -c 1 "$records")" ]; then echo >>"$records"; fi
            printf '{"at":%s,"record":%s}\n' "$(date +%s)" "$2" >>"$records"
            sync "$records"
            """#
    )

    /// Keeps the evidence of a failed release, and that of the last 20 in all.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the release.
    /// - standard input: the evidence as JSON.
    static let keep = DropletScript(
        name: "keep",
        text: #"""
            umask 027
            failures=$1/failures
            mkdir -p "$failures"
            new=$(mktemp "$failures/.new-XXXXXX")
            cat >"$new"
            sync "$new"
            mv -T "$new" "$failures/$2.json"
            # shellcheck disable=SC2012 # names of releases hold no newline
            ls -t "$failures" | tail -n +21 | while read -r old; do rm -f "$failures/$old"; done
            find "$failures" -name '.new-*' -mmin +60 -delete
            """#
    )
}
