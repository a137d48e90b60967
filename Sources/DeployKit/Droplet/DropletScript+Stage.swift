extension DropletScript {
    /// Writes the files of a release or of the stores.
    ///
    /// A new folder is there as a whole or not at all. In one that exists, each file is exchanged as a whole; what
    /// containers wrote below `data/` stays, and so do the marks of what was done.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`: where in it: `releases/<id>` or `stores`.
    /// - `$3`…: a name and a number of bytes, in the order in which the files come on the standard input. The name
    ///   `files` is a gzipped tar of `files/` and `data/`.
    static let stage = DropletScript(
        name: "stage",
        text: #"""
            dir=$1 target=$1/$2
            shift 2
            umask 027
            mkdir -p "$dir/releases"
            rm -rf "$dir"/.staging-*
            new=$(mktemp -d "$dir/.staging-XXXXXX")
            mkdir "$new/marks"
            while [ $# -gt 0 ]; do
                if [ "$1" = files ]; then
                    (umask 022 && head -c "$2" | tar -xpzf - -C "$new")
                else
                    # Only the deploy user reads what is not meant for a container.
                    (umask 077 && head -c "$2" >"$new/$1")
                    if [ "$(stat -c %s "$new/$1")" != "$2" ]; then
                        echo "the input ended within $1" >&2
                        exit 1
                    fi
                fi
                shift 2
            done
            chmod 0750 "$new"
            find "$new" -exec sync {} +
            if [ ! -e "$target" ]; then
                mv -T "$new" "$target"
            else
                for entry in "$new"/*; do
                    name=${entry##*/}
                    case $target/$name in
                        */marks) continue ;;
                        # A store that is not recreated keeps the files that it was made with.
                        */data | "$dir"/stores/files)
                            (cd "$new" && find "$name") | while IFS= read -r path; do
                                [ -e "$target/$path" ] || cp -a "$new/$path" "$target/$path"
                            done
                            ;;
                        *)
                            if [ -e "$target/$name" ]; then
                                mv --exchange -T "$entry" "$target/$name"
                            else
                                mv -T "$entry" "$target/$name"
                            fi
                            ;;
                    esac
                done
                rm -rf "$new"
            fi
            sync "$target" "$(dirname "$target")"
            """#
    )

    /// Removes releases, and notes their images for ``ImageScript/prune``.
    ///
    /// - `$1`: the environment's directory.
    /// - `$2`…: the releases.
    static let remove = DropletScript(
        name: "remove",
        text: #"""
            dir=$1
            shift
            for id in "$@"; do
                release=$dir/releases/$id
                [ -d "$release" ] || continue
                # The images are pruned later, also by a run after one that dies here.
                cut -d ' ' -f 2 "$release/images" >>"$dir/fetched" || :
                mv -T "$release" "$dir/releases/.removed-$$-$id"
            done
            # What containers wrote as other users stays; it is no release any more.
            rm -rf "$dir"/releases/.removed-* 2>/dev/null || :
            """#
    )
}
