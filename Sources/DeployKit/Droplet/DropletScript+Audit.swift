extension DropletScript {
    /// Prints the audit trail as a part, packed: so it arrives byte by byte, whatever is in it.
    private static let printing = #"""

        printf '\n%s audit\n' "$boundary"
        if [ -e "$dir/audit.jsonl" ]; then
            [ -r "$dir/audit.jsonl" ]
            gzip -1c "$dir/audit.jsonl" | base64 -w 0
        fi
        """#

    /// Reads all that a plan follows from, as ``observe``, and then the audit trail.
    static let survey = DropletScript(name: "survey", text: observe.text + printing)

    /// Reads the audit trail.
    ///
    /// - `$1`: the boundary, a random text.
    /// - `$2`: the environment's directory.
    static let auditTrail = DropletScript(name: "auditTrail", text: "boundary=$1 dir=$2\n" + printing)

    /// What both ways of writing share: the new lines in the file `$new`, and what tells one line from another.
    private static let writing = #"""
        umask 027
        dir=$1 expected=$2
        trail=$dir/audit.jsonl
        new=$(mktemp "$dir/.audit-XXXXXX")
        trap 'rm -f "$new"' EXIT
        cat >"$new"
        hash() { sha256sum | cut -c -64; }
        last() { tail -n 1 "$1" | tr -d '\n' | hash; }
        refuse() {
            echo "deploykit: the audit trail is not the one that was read" >&2
            exit 76
        }

        """#

    /// Adds lines at the end of the audit trail.
    ///
    /// Does nothing when they are there already. Exits with 76 when the trail ends otherwise than expected.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the hash of the last line; empty when there is none.
    /// - standard input: the lines.
    static let appendAudit = DropletScript(
        name: "appendAudit",
        text: writing + #"""
            found=
            if [ -s "$trail" ]; then
                # By its code: a shell drops the zeros that a power cut may leave there.
                if [ "$(tail -c 1 "$trail" | od -An -tx1 | tr -d ' \n')" != 0a ]; then
                    whole=$(head -n "$(wc -l <"$trail")" "$trail" | wc -c)
                    truncate -s "$whole" "$trail"
                fi
                if [ -s "$trail" ]; then found=$(last "$trail"); fi
            fi
            [ "$found" != "$(last "$new")" ] || exit 0
            [ "$found" = "$expected" ] || refuse
            if [ -e "$trail" ]; then folder=; else folder=$dir; fi
            # In one write, so that a crash leaves all of a line or a line without its end.
            cat "$new" >>"$trail"
            sync "$trail" ${folder:+"$folder"}
            """#
    )

    /// Puts the audit trail aside and begins a new one, in one change.
    ///
    /// Does nothing when that is done already. Exits with 76 when the trail is another one.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: the SHA-256 of the trail.
    /// - standard input: the lines of the new one.
    static let renewAudit = DropletScript(
        name: "renewAudit",
        text: writing + #"""
            [ ! -s "$trail" ] || [ "$(last "$trail")" != "$(last "$new")" ] || exit 0
            [ -e "$trail" ] || : >"$trail"
            [ "$(hash <"$trail")" = "$expected" ] || refuse
            ln -f "$trail" "$dir/audit-$(printf %s "$expected" | cut -c -12).jsonl"
            chmod 640 "$new"
            sync "$new"
            mv -T "$new" "$trail"
            sync "$dir"
            """#
    )
}
