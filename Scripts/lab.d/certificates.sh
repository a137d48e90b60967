# shellcheck shell=bash
# What stands in for Cloudflare's Origin CA: an authority of the lab, and certificates that it signs.
# shellcheck disable=SC2154  # $here and $cache come from Scripts/lab

readonly public_names=(
    conciliaextrato.com app.conciliaextrato.com api.conciliaextrato.com
    qa.conciliaextrato.com app.qa.conciliaextrato.com api.qa.conciliaextrato.com localhost
)

certificates() {
    local names
    names=$(printf ',DNS:%s' "${public_names[@]}")
    alone certificates certificate edge "${names#,}"
}

authority() {
    [ ! -f "$cache/ca.pem" ] || return 0
    (
        umask 077
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
            -subj '/CN=DeployKit lab CA' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
            -keyout "$cache/ca.key" -out "$cache/ca.pem.part" 2>/dev/null
    ) || die "openssl could not make the lab's authority in $cache"
    chmod 644 "$cache/ca.pem.part"
    mv "$cache/ca.pem.part" "$cache/ca.pem"
}

# certificate NAME ALTERNATIVE_NAMES: has tls/NAME.pem, a key and its certificate in one file.
certificate() {
    local folder=$cache/tls name=$1 names=$2
    authority
    mkdir -p "$folder"
    [ -f "$folder/$name.pem" ] && [ "$(cat "$folder/$name.names")" = "$names" ] &&
        openssl verify -CAfile "$cache/ca.pem" "$folder/$name.crt" >/dev/null 2>&1 && return 0
    (
        umask 077
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=DeployKit lab $name" \
            -keyout "$folder/$name.key" -out "$folder/$name.csr" 2>/dev/null
        openssl x509 -req -in "$folder/$name.csr" -CA "$cache/ca.pem" -CAkey "$cache/ca.key" -days 3650 \
            -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names") \
            -out "$folder/$name.crt" 2>/dev/null
        cat "$folder/$name.key" "$folder/$name.crt" >"$folder/$name.pem"
    ) || die "openssl could not make a certificate in $folder"
    echo "$names" >"$folder/$name.names"
}
