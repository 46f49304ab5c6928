#!/usr/bin/env bash
# curl, as the laboratory of HTTP stacks calls it: all calls by one start of it, for only then does it keep connections.
# The protocol stands in README.md.
set -euo pipefail

command -v curl >/dev/null || { echo "curl is missing" >&2; exit 1; }
mode=$1
shift
version=$(curl --version | head -n 1)
version=${version#curl }
printf '{"stack": "%s", "runtime": "bash %s"}\n' "${version%% *}" "$BASH_VERSION"

body=$(mktemp)
trap 'rm -f "$body" "$body".*' EXIT
words=()
number=0
for call in "$@"; do
    read -r method size url <<<"$call"
    number=$((number + 1))
    ((number == 1)) || words+=(--next)
    words+=(--silent --output /dev/null --write-out
        '%{stderr}{"status":"%{http_code}","bytes":%{size_download},"error":"%{exitcode}","headers":%{header_json}}\n'
        --header "Key: key-of-the-laboratory" --header "Sign: sign-of-the-laboratory"
        --header "Authorization: Bearer laboratory")
    case $mode in
        follow) words+=(--location) ;;
        cured) words+=(--header "Connection: close" --max-time 3) ;;
    esac
    case $method in
        GET) ;;
        POST)
            printf '%-*s' "$size" 'nonce=1&c=buy' | tr ' ' x >"$body.$number"
            words+=(--data-binary "@$body.$number")
            ;;
        *) words+=(--request "$method") ;;
    esac
    words+=("$url")
done
((number == 0)) && exit
# What it writes to stderr it writes at once; headers are laid out over several lines.
{ curl "${words[@]}" 2>&1 >/dev/null || true; } | {
    whole=
    while IFS= read -r line; do
        whole+=$line
        if [[ $whole == *'}}' ]]; then
            printf '%s\n' "$whole"
            whole=
        fi
    done
}
