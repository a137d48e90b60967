# Prints the secrets of the service as programs print them, and serves, or ends with status 3 where FAULT is set.
echo "my token: $API_TOKEN"
echo "my database: $DATABASE_URL"
printf '%s' "$API_TOKEN" | base64
printf 'user:%s' "$API_TOKEN" | base64 --wrap 0
echo
printf '%s' "$API_TOKEN" | perl -0777 -pe 's/([^a-zA-Z0-9])/sprintf("%%%02X", ord($1))/ge'
echo
printf '%s' "$API_TOKEN" | perl -0777 -pe 's/(["\\])/\\$1/g; s/\n/\\n/g; $_ = "{\"token\":\"$_\"}"'
echo
[ -z "$FAULT" ] || exit 3
exec perl -MIO::Socket::INET /server.pl
